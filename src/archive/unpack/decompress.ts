import { closeSync, createReadStream } from 'node:fs';
import type { Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { findOnPath } from '../../environment/find-on-path.ts';
import { OptmlError } from '../../errors/error.ts';
import { openInput } from '../../job-tree/input/input-file.ts';
import { readProgram } from '../filter-program.ts';
import { type Format, formatOf } from '../formats.ts';

const CHUNK_BYTES = 256 * 1024;
// By default a piece has 16 KiB. With larger ones, and one ahead, Node decompresses while what came before is written.
const OPTIONS = { chunkSize: CHUNK_BYTES, highWaterMark: 2 * CHUNK_BYTES };

// From Node 22.15 on.
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform };

/** What Node decompresses by itself. */
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
  const format = formatOf(file);
  const program = format?.programs.map((name) => findOnPath(name, variables)).find((found) => found !== undefined);
  if (program !== undefined) {
    const descriptor = openInput(file);
    try {
      await readProgram([program, '-dc'], descriptor, take, signal);
    } finally {
      closeSync(descriptor);
    }
    return;
  }
  const inNode = format && IN_NODE[format.name];
  if (format !== undefined && inNode === undefined) throw programMissing(format, file);
  await readInNode(file, inNode?.(), take);
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

function programMissing({ name, programs }: Format, file: string): OptmlError {
  const program = programs.at(-1);
  return new OptmlError('INTERPRETER_MISSING', `${file} is compressed by ${name}, and there is no ${program} on PATH`, {
    where: file,
    fix: `Compress it by gzip, or add ${program} to the image.`,
  });
}
