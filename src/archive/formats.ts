import { closeSync, readSync } from 'node:fs';
import { openInput } from '../job-tree/input/input-file.ts';
import { BLOCK, isHeaderBlock } from './header-block.ts';

/** How files are compressed, told by how they start. */
export interface Format {
  /** Also that of the program that decompresses it with `-dc`. */
  readonly name: 'gzip' | 'zstd' | 'bzip2' | 'xz';
  readonly magic: readonly number[];
}

const FORMATS: readonly Format[] = [
  { name: 'gzip', magic: [0x1f, 0x8b] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
];

/** Whether a file starts as a tar archive does, plain or compressed. @throws UnusableInput; system errors. */
export function looksLikeArchive(file: string): boolean {
  const start = startOf(file);
  return findFormat(start) !== undefined || isHeaderBlock(start);
}

// Of its first entry. An empty archive starts in another way.
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/** Whether a file starts as a zip archive does. @throws UnusableInput; system errors. */
export function isZip(file: string): boolean {
  return startsWith(startOf(file), ZIP_MAGIC);
}

/** How a file is compressed; undefined for one that is not. @throws UnusableInput; system errors. */
export function formatOf(file: string): Format | undefined {
  return findFormat(startOf(file));
}

function findFormat(start: Buffer): Format | undefined {
  return FORMATS.find(({ magic }) => startsWith(start, magic));
}

function startsWith(start: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, index) => start[index] === byte);
}

function startOf(file: string): Buffer {
  const start = Buffer.alloc(BLOCK);
  const descriptor = openInput(file);
  try {
    return start.subarray(0, readSync(descriptor, start, 0, BLOCK, 0));
  } finally {
    closeSync(descriptor);
  }
}
