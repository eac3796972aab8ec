import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { ChunkPool } from '../chunk-pool.ts';
import type { CountedChunks } from '../counted-chunks.ts';

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

// Deflate looks back so far: a chunk that knows the end of the one before is compressed as if they were one.
const WINDOW_BYTES = 32 * 1024;
// libuv's own number of threads, which UV_THREADPOOL_SIZE changes.
const DEFAULT_THREADS = 4;

/** How to compress. */
export interface GzipOptions {
  readonly level: number;
  /** Where the chunks go back to. */
  readonly pool: ChunkPool;
  /** Threads of this process that can compress. */
  readonly threads: number | undefined;
}

/**
 * Compresses chunks on several cores into one gzip stream. The same chunks give the same bytes, however many cores
 * there are. Memory: a few chunks.
 */
export async function* gzipChunks(
  chunks: CountedChunks,
  { level, pool, threads = DEFAULT_THREADS }: GzipOptions,
): AsyncGenerator<Buffer> {
  // No name, no time, made on Unix (RFC 1952).
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const lanes = Math.min(availableParallelism(), threads) + 1;
  const underWay: Part[] = [];
  let before: Buffer | undefined;
  for await (const chunk of chunks) {
    underWay.push({ before, compressed: compress(chunk, before, level) });
    before = chunk;
    if (underWay.length >= lanes) yield await finish(underWay.shift() as Part, pool);
  }
  for (const part of underWay) yield await finish(part, pool);
  // The last block, which is empty.
  yield Buffer.from([3, 0]);
  yield chunks.trailer();
}

interface Part {
  /** The chunk before it, whose end is read as well. */
  readonly before: Buffer | undefined;
  readonly compressed: Promise<Buffer>;
}

// In order: a finished one does not need the chunk before it any more, and there is no other user.
async function finish({ before, compressed }: Part, pool: ChunkPool): Promise<Buffer> {
  const result = await compressed;
  if (before !== undefined) pool.giveBack(before);
  return result;
}

function compress(chunk: Buffer, before: Buffer | undefined, level: number): Promise<Buffer> {
  const part = deflate(chunk, {
    level,
    ...(before && { dictionary: before.subarray(-WINDOW_BYTES) }),
    // Ends at a whole byte, and is not the last block.
    finishFlush: constants.Z_SYNC_FLUSH,
    // The result in one piece.
    chunkSize: chunk.length + 1024,
  });
  // Who waits for an earlier part may fail first.
  part.catch(() => undefined);
  return part;
}
