import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { findOnPath } from '../environment/find-on-path.ts';
import { OptmlError } from '../errors/error.ts';
import { readProgram } from './filter-program.ts';
import { BLOCK, isHeaderBlock } from './header-block.ts';

/** How files are compressed, told by how they start. */
interface Format {
  readonly name: string;
  readonly magic: readonly number[];
  /** Programs that decompress with `-dc`, from the fastest on. */
  readonly programs: readonly string[];
  /** Node's own, where it has one. */
  readonly inNode: (() => Transform) | undefined;
}

const CHUNK_BYTES = 256 * 1024;
// By default a piece has 16 KiB. With larger ones, and one ahead, Node decompresses while what came before is written.
const IN_NODE = { chunkSize: CHUNK_BYTES, highWaterMark: 2 * CHUNK_BYTES };

// From Node 22.15 on.
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform };

const FORMATS: readonly Format[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], programs: ['igzip'], inNode: () => zlib.createGunzip(IN_NODE) },
  {
    name: 'zstd',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    programs: ['zstd'],
    inNode: createZstdDecompress && (() => createZstdDecompress(IN_NODE)),
  },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], programs: ['lbzip2', 'pbzip2', 'bzip2'], inNode: undefined },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], programs: ['xz'], inNode: undefined },
];

/** Whether a file starts as a tar archive does, plain or compressed. */
export function looksLikeArchive(file: string): boolean {
  const start = startOf(file, BLOCK);
  return formatOf(start) !== undefined || isHeaderBlock(start);
}

/** How a file is decompressed. */
interface DecompressOptions {
  /** Where programs are looked for (`PATH`). */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Gives the decompressed content of `file` to `take`, chunk by chunk: plain, gzip, and what a program on `PATH` or this
 * Node decompresses (zstd, bzip2, xz).
 *
 * @throws OptmlError INTERPRETER_MISSING naming the program; errors of zlib, FilterError and system errors; the signal's
 * reason; whatever `take` throws.
 */
export async function decompress(
  file: string,
  take: (chunk: Buffer) => void,
  { variables, signal }: DecompressOptions,
): Promise<void> {
  const format = formatOf(startOf(file, 8));
  const program = format?.programs.map((name) => findOnPath(name, variables)).find((found) => found !== undefined);
  if (program !== undefined) {
    const descriptor = openSync(file, 'r');
    try {
      await readProgram([program, '-dc'], descriptor, take, signal);
    } finally {
      closeSync(descriptor);
    }
    return;
  }
  if (format !== undefined && format.inNode === undefined) throw programMissing(format, file);
  await readInNode(file, format?.inNode?.(), take);
}

async function readInNode(file: string, filter: Transform | undefined, take: (chunk: Buffer) => void): Promise<void> {
  const source: Readable = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const output = filter === undefined ? source : source.pipe(filter);
  // `pipe` passes no errors on.
  if (filter !== undefined) source.once('error', (error) => filter.destroy(error));
  try {
    for await (const chunk of output) take(chunk as Buffer);
  } finally {
    source.destroy();
  }
}

function formatOf(start: Buffer): Format | undefined {
  return FORMATS.find(({ magic }) => magic.every((byte, index) => start[index] === byte));
}

function startOf(file: string, bytes: number): Buffer {
  const start = Buffer.alloc(bytes);
  const descriptor = openSync(file, 'r');
  try {
    return start.subarray(0, readSync(descriptor, start, 0, bytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

function programMissing({ name, programs }: Format, file: string): OptmlError {
  const program = programs.at(-1);
  return new OptmlError('INTERPRETER_MISSING', `${file} is compressed by ${name}, and there is no ${program} on PATH`, {
    where: file,
    fix: `Compress it by gzip, or add ${program} to the image.`,
  });
}
