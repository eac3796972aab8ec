import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { checkUnchanged } from './input-file.ts';
import { chunksOf, openInputHandle } from './input-handle.ts';

const NEWLINE = 0x0a;
const BLOCK_BYTES = 262_144;

/** Where the lines of a file are, in bytes. Empty lines do not count. */
export interface LineIndex {
  readonly starts: readonly number[];
  /** Without the line break. */
  readonly ends: readonly number[];
  /** State of the file at that time. */
  readonly stats: Stats;
}

/**
 * Finds the lines of a file, which may be larger than memory.
 *
 * @throws UnusableInput if it is no regular file, or changes meanwhile; the system's error.
 */
export async function indexLines(file: string): Promise<LineIndex> {
  const handle = await openInputHandle(file);
  try {
    return await indexOf(handle);
  } finally {
    await handle.close();
  }
}

async function indexOf(handle: FileHandle): Promise<LineIndex> {
  const stats = await handle.stat();
  const starts: number[] = [];
  const ends: number[] = [];
  let start = 0;
  let offset = 0;
  const add = (end: number) => {
    if (end > start) {
      starts.push(start);
      ends.push(end);
    }
    start = end + 1;
  };
  for await (const chunk of chunksOf(handle)) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) add(offset + at);
    offset += chunk.length;
  }
  add(offset);
  return { starts, ends, stats };
}

/** Reads single lines of a file. Lines that follow one another are read in blocks. */
export interface LineReader {
  read(start: number, end: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens a file to read lines from. @throws UnusableInput if it has changed since it was indexed; the system's error. */
export async function openLines(file: string, { stats }: LineIndex): Promise<LineReader> {
  const handle = await openInputHandle(file);
  try {
    checkUnchanged(stats, await handle.stat());
  } catch (error) {
    await handle.close();
    throw error;
  }
  let block: Buffer = Buffer.alloc(0);
  let blockStart = 0;
  return {
    read: async (start, end) => {
      if (start < blockStart || end > blockStart + block.length) {
        block = await readAt(handle, start, Math.max(BLOCK_BYTES, end - start));
        blockStart = start;
      }
      return block.toString('utf8', start - blockStart, end - blockStart);
    },
    close: () => handle.close(),
  };
}

async function readAt(handle: FileHandle, start: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
