import type { FileHandle } from 'node:fs/promises';
import type { Compression } from '../choose-compression.ts';
import type { ChunkPool } from '../chunk-pool.ts';
import { CountedChunks } from '../counted-chunks.ts';
import { FilterError, feedProgram } from '../filter-program.ts';
import { gzipChunks } from './deflate.ts';

/** What is compressed, and where to. */
export interface CompressJob {
  readonly target: FileHandle;
  readonly chunks: AsyncIterable<Buffer>;
  /** Where the chunks go back to. */
  readonly pool: ChunkPool;
  /** Threads of this process that can compress; undefined: libuv's own number. */
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Compresses `chunks` into the open file as one gzip stream, and makes sure that it holds all of them.
 *
 * @throws FilterError when a compression program fails; the signal's reason; whatever `chunks` throws; system errors.
 */
export async function compressInto(
  { target, chunks, pool, threads, signal }: CompressJob,
  compression: Compression,
): Promise<void> {
  const counted = new CountedChunks(chunks);
  if (compression.command === undefined) {
    for await (const part of gzipChunks(counted, { level: compression.level, pool, threads })) {
      signal?.throwIfAborted();
      await writeWhole(target, part);
    }
    return;
  }
  const source = { chunks: counted, onWritten: (chunk: Buffer) => pool.giveBack(chunk) };
  await feedProgram(compression.command, source, target.fd, signal);
  await checkTrailer(target, counted, compression.command[0]);
}

// A short write is no error to the system; the next one tells, for example that the disk is full.
async function writeWhole(target: FileHandle, part: Buffer): Promise<void> {
  for (let written = 0; written < part.length; ) {
    written += (await target.write(part, written)).bytesWritten;
  }
}

// Not every program notices that its output did not get through.
async function checkTrailer(target: FileHandle, content: CountedChunks, program: string): Promise<void> {
  const { size } = await target.stat();
  const trailer = Buffer.alloc(8);
  await target.read(trailer, 0, 8, Math.max(0, size - 8));
  if (trailer.equals(content.trailer())) return;
  throw new FilterError(`${program} wrote an archive that does not hold the whole content`);
}
