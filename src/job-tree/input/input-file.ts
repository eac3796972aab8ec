import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** Most bytes of an input that is read whole. Real ones have a few megabytes, and Node's texts have at most 512 MiB. */
export const MOST_INPUT_BYTES = 64 << 20;

const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Why an input cannot be used: the message is the end of a sentence such as "FILE cannot be read: it is a named pipe". */
export class UnusableInput extends Error {
  /** What to do, as an imperative. */
  readonly fix: string;

  constructor(problem: string, fix: string) {
    super(problem);
    this.fix = fix;
  }
}

/** A kind of files, as messages call it. */
export type FileKind = 'a regular file' | 'a folder' | 'a named pipe' | 'a socket' | 'a device';

/** The kind of what exists at a path; links are followed. Undefined if nothing can be found there. */
export function kindAt(path: string): FileKind | undefined {
  try {
    return kindOf(statSync(path));
  } catch {
    return undefined;
  }
}

/** The kind of a file of this state. */
export function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return 'a regular file';
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device';
}

/**
 * Opens an input: a regular file that the user or the platform has placed. Links are followed, since mounts and test set-ups
 * consist of them; what a job has left is opened by `openRegularFile`. Does not wait for the other end of a named pipe. The
 * caller closes the descriptor.
 *
 * @throws UnusableInput for anything else in its place; the system's error.
 */
export function openInput(file: string): number {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, OPEN_FLAGS);
    checkKind(kindOf(fstatSync(descriptor)));
    return descriptor;
  } catch (error) {
    // The system itself opens no sockets.
    if (descriptor === undefined) checkKind(kindAt(file));
    else closeSync(descriptor);
    throw error;
  }
}

/** Checks the kind of an input. @throws UnusableInput if it is known, and no regular file. */
export function checkKind(kind: FileKind | undefined): void {
  if (kind !== undefined && kind !== 'a regular file')
    throw new UnusableInput(`it is ${kind}`, 'Put a regular file there.');
}

/**
 * The content of an input, see {@link openInput}.
 *
 * @throws UnusableInput also for more than `mostBytes`, and for a file that changes meanwhile; the system's error.
 */
export function readInput(file: string, mostBytes = MOST_INPUT_BYTES): Buffer {
  const descriptor = openInput(file);
  try {
    const before = fstatSync(descriptor);
    const bytes = readUpTo(descriptor, before.size, mostBytes);
    checkUnchanged(before, fstatSync(descriptor));
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** Compares the states of a file before and after it was read. @throws UnusableInput if it has changed. */
export function checkUnchanged(before: Stats, after: Stats): void {
  if (before.size === after.size && before.mtimeMs === after.mtimeMs) return;
  throw new UnusableInput('it changes while it is read', 'Write it elsewhere, and rename it when it is complete.');
}

// The size may be wrong: files of /proc have none, and others grow.
function readUpTo(descriptor: number, size: number, mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let done = 0; Math.max(done, size) <= mostBytes; ) {
    const chunk = Buffer.allocUnsafe(done === 0 ? size + 1 : 65_536);
    const length = readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks, done);
    done += length;
    chunks.push(chunk.subarray(0, length));
  }
  throw tooLarge(mostBytes);
}

/** The error for an input that has more than `mostBytes`. */
export function tooLarge(mostBytes: number): UnusableInput {
  return new UnusableInput(`it has more than ${mostBytes} bytes`, 'Check that it is the right file.');
}
