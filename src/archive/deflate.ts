import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { CountedChunks } from './counted-chunks.ts';

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

// Deflate looks back so far: a chunk that knows the end of the one before is compressed as if they were one.
const WINDOW_BYTES = 32 * 1024;
// libuv's own number of threads, which UV_THREADPOOL_SIZE changes.
const DEFAULT_THREADS = 4;

/**
 * Compresses chunks on several cores at once into one gzip stream. The same chunks give the same bytes, however many cores
 * there are. Memory: a few chunks.
 */
export async function* gzipChunks(chunks: CountedChunks, level: number): AsyncGenerator<Buffer> {
  // No name, no time, made on Unix (RFC 1952).
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || DEFAULT_THREADS;
  const lanes = Math.min(availableParallelism(), threads) + 1;
  const underWay: Promise<Buffer>[] = [];
  let before: Buffer | undefined;
  for await (const chunk of chunks) {
    underWay.push(compress(chunk, before, level));
    before = chunk.subarray(-WINDOW_BYTES);
    if (underWay.length >= lanes) yield (await underWay.shift()) as Buffer;
  }
  for (const part of underWay) yield await part;
  // The last block, which is empty.
  yield Buffer.from([3, 0]);
  yield chunks.trailer();
}

function compress(chunk: Buffer, dictionary: Buffer | undefined, level: number): Promise<Buffer> {
  const part = deflate(chunk, {
    level,
    ...(dictionary && { dictionary }),
    // Ends at a whole byte, and is not the last block.
    finishFlush: constants.Z_SYNC_FLUSH,
    // The result in one piece.
    chunkSize: chunk.length + 1024,
  });
  // Who waits for an earlier part may fail first.
  part.catch(() => undefined);
  return part;
}
