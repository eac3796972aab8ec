import { closeSync, constants, ftruncateSync, futimesSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { isZero } from '../zeros.ts';

/** What a header says of an entry in addition to its type. */
export interface EntryFacts {
  /** Only the permissions are used: no set-uid, set-gid or sticky bit. */
  readonly mode: number | undefined;
  readonly time: Date | undefined;
}

// Never through a link, never over what is there.
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
// Runs of zeros that are shorter are written.
const HOLE_BYTES = 4096;

/** The permissions of a file. */
export function permissionsOf({ mode = 0o644 }: EntryFacts): number {
  return mode & 0o777;
}

/** Makes a new file, and gives what writes its content. @throws System errors. */
export function createFile(path: Buffer, facts: EntryFacts): FileWriter {
  return new FileWriter(openSync(path, CREATE, permissionsOf(facts)), facts.time);
}

/** Makes a new file with its content, or none. @throws System errors. */
export function writeNewFile(path: Buffer, facts: EntryFacts, content: Buffer): void {
  const writer = createFile(path, facts);
  try {
    for (const piece of piecesOf(content)) writer.write(piece);
    writer.finish();
  } catch (error) {
    writer.close();
    unlinkSync(path);
    throw error;
  }
}

// Holes are where they were, and where whole blocks of zeros are.
function* piecesOf(content: Buffer): Generator<Buffer> {
  let start = 0;
  for (let at = 0; at < content.length; at += HOLE_BYTES) {
    const block = content.subarray(at, at + HOLE_BYTES);
    if (!isZero(block)) continue;
    if (at > start) yield content.subarray(start, at);
    yield block;
    start = at + block.length;
  }
  if (start < content.length) yield content.subarray(start);
}

/** Takes the content of one file as it comes. */
export interface ContentWriter {
  write(chunk: Buffer): void;
  /** Leaves a hole of so many bytes. */
  skip(bytes: number): void;
  /** All has come. */
  finish(): void;
  /** Gives up. */
  close(): void;
}

/** Writes the content of one file as it comes, leaving holes where there are long runs of zeros. */
export class FileWriter implements ContentWriter {
  readonly #descriptor: number;
  readonly #time: Date | undefined;
  #bytes = 0;
  #endsWithHole = false;
  #isClosed = false;

  constructor(descriptor: number, time: Date | undefined) {
    this.#descriptor = descriptor;
    this.#time = time;
  }

  write(chunk: Buffer): void {
    if (chunk.length >= HOLE_BYTES && isZero(chunk)) {
      this.skip(chunk.length);
      return;
    }
    for (let start = 0; start < chunk.length; ) {
      const count = writeSync(this.#descriptor, chunk, start, chunk.length - start, this.#bytes);
      start += count;
      this.#bytes += count;
    }
    this.#endsWithHole = false;
  }

  skip(bytes: number): void {
    this.#bytes += bytes;
    this.#endsWithHole = true;
  }

  finish(): void {
    if (this.#endsWithHole) ftruncateSync(this.#descriptor, this.#bytes);
    if (this.#time !== undefined) futimesSync(this.#descriptor, this.#time, this.#time);
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    // Also when that fails: the number may be another file's by then.
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }
}
