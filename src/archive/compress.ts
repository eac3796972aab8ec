import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Compression } from './compression.ts';
import { gzipChunks } from './deflate.ts';
import { FilterError, feedProgram } from './filter-program.ts';

/**
 * Compresses `chunks` into the open file as one gzip stream, and makes sure that it holds all of them.
 *
 * @throws FilterError when a compression program fails; the signal's reason; whatever `chunks` throws; system errors.
 */
export async function compressInto(
  target: FileHandle,
  chunks: AsyncIterable<Buffer>,
  compression: Compression,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (compression.words === undefined) {
    for await (const part of gzipChunks(chunks, compression.level)) {
      signal?.throwIfAborted();
      await writeWhole(target, part);
    }
    return;
  }
  const counted = new CountedChunks(chunks);
  await feedProgram(compression.words, counted, target.fd, signal);
  await checkTrailer(target, counted, compression.words[0]);
}

// A short write is no error to the system; the next one tells, for example that the disk is full.
async function writeWhole(target: FileHandle, part: Buffer): Promise<void> {
  for (let written = 0; written < part.length; ) {
    written += (await target.write(part, written)).bytesWritten;
  }
}

/** Passes chunks on, and knows what a gzip stream of them must end with. */
class CountedChunks implements AsyncIterable<Buffer> {
  sum = 0;
  bytes = 0;
  readonly #chunks: AsyncIterable<Buffer>;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#chunks) {
      this.sum = crc32(chunk, this.sum);
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}

// Not every program notices that its output did not get through.
async function checkTrailer(target: FileHandle, content: CountedChunks, program: string): Promise<void> {
  const { size } = await target.stat();
  const trailer = Buffer.alloc(8);
  await target.read(trailer, 0, 8, Math.max(0, size - 8));
  if (trailer.readUInt32LE(0) === content.sum && trailer.readUInt32LE(4) === content.bytes % 2 ** 32) return;
  throw new FilterError(`${program} wrote an archive that does not hold the whole content`);
}
