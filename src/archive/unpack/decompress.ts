import { closeSync, createReadStream } from 'node:fs';
import type { Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { OptmlError } from '../../errors/error.ts';
import { openInput } from '../../job-tree/input/input-file.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { readProgram } from '../filter-program.ts';
import { type Format, formatOf } from '../formats.ts';
import { checkZstdFrames } from './zstd-frames.ts';

const CHUNK_BYTES = 256 * 1024;
// By default a piece has 16 KiB. With larger ones, and one ahead, Node decompresses while what came before is written.
const OPTIONS = { chunkSize: CHUNK_BYTES, highWaterMark: 2 * CHUNK_BYTES };

// From Node 22.15 on.
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform };

/**
 * What Node decompresses by itself. There is one decompressor for each format: others end an archive elsewhere (igzip and
 * pigz, for example, ignore what follows the gzip stream), and what is unpacked may not depend on PATH.
 */
const IN_NODE: Partial<Record<Format['name'], (() => Transform) | undefined>> = {
  gzip: () => zlib.createGunzip(OPTIONS),
  zstd: createZstdDecompress && (() => createZstdDecompress(OPTIONS)),
};

/** How a file is decompressed. */
interface DecompressOptions {
  /** Where programs are looked for (`PATH`). */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Gives the decompressed content of `file` to `take`, chunk by chunk: plain, gzip, zstd (by Node from 22.15 on), bzip2
 * and xz by the program of that name on `PATH`.
 *
 * @throws OptmlError INTERPRETER_MISSING naming the program; DamagedArchive, errors of zlib, FilterError and system errors;
 * the signal's reason; whatever `take` throws.
 */
export async function decompress(
  file: string,
  take: (chunk: Buffer) => void,
  { variables, signal }: DecompressOptions,
): Promise<void> {
  const format = formatOf(file);
  if (format?.name === 'zstd') await withOpen(file, (descriptor) => checkZstdFrames(descriptor, signal));
  const inNode = format && IN_NODE[format.name];
  if (format === undefined || inNode !== undefined) return readInNode(file, inNode?.(), take);
  const program = findOnPath(format.name, variables);
  if (program === undefined) throw programMissing(format, file);
  await withOpen(file, (descriptor) => readProgram([program, '-dc'], descriptor, take, signal));
}

async function withOpen(file: string, use: (descriptor: number) => Promise<void>): Promise<void> {
  const descriptor = openInput(file);
  try {
    await use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function readInNode(file: string, filter: Transform | undefined, take: (chunk: Buffer) => void): Promise<void> {
  const source: Readable = createReadStream(file, { fd: openInput(file), highWaterMark: CHUNK_BYTES });
  const output = filter === undefined ? source : source.pipe(filter);
  // `pipe` passes no errors on.
  if (filter !== undefined) source.once('error', (error) => filter.destroy(error));
  try {
    for await (const chunk of output) take(chunk as Buffer);
  } finally {
    source.destroy();
  }
}

function programMissing({ name }: Format, file: string): OptmlError {
  return new OptmlError('INTERPRETER_MISSING', `${file} is compressed by ${name}, and there is no ${name} on PATH`, {
    where: file,
    fix: `Compress it by gzip, or add ${name} to the image.`,
  });
}
