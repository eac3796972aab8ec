import { closeSync, fstatSync, readSync } from 'node:fs';
import { openInput } from '../../../job-tree/input/input-file.ts';
import { GrowingSums, type PartSums } from '../../../storage/content-sums.ts';

/** A part of a file. */
export interface Piece {
  /** Absolute. */
  readonly file: string;
  /** What the file is known to be. */
  readonly fileBytes: number;
  readonly mtimeMs: number;
  readonly start: number;
  readonly bytes: number;
}

/** Why a piece has no sums. */
export interface PieceError {
  readonly file: string;
  readonly message: string;
}

/** Where chunks of files are read to. */
export const CHUNK_BYTES = 1024 * 1024;

/** The sums of a piece, or why it has none: its file cannot be read, or is not what it was. */
export function sumPiece({ file, fileBytes, mtimeMs, start, bytes }: Piece, chunk: Uint8Array): PartSums | PieceError {
  let descriptor: number | undefined;
  try {
    descriptor = openInput(file);
    const sums = new GrowingSums();
    for (let done = 0; done < bytes; ) {
      const count = readSync(descriptor, chunk, 0, Math.min(chunk.length, bytes - done), start + done);
      if (count === 0) return { file, message: CHANGED };
      sums.update(chunk.subarray(0, count));
      done += count;
    }
    const stats = fstatSync(descriptor);
    if (stats.size !== fileBytes || stats.mtimeMs !== mtimeMs) return { file, message: CHANGED };
    return sums.digest();
  } catch (error) {
    return { file, message: (error as Error).message };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const CHANGED = 'it changes while it is read';
