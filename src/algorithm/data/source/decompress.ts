import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemErrorCode } from '../../../errors/error.ts';
import { DataError } from '../data-error.ts';

/** The first bytes of gzip. No other form of data that is read here starts like this. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** The same bytes, without their gzip compression if they have one. @throws DataError gzip if it is damaged or cut off. */
export async function* withoutGzip(content: AsyncIterable<Buffer>, file: string | undefined): AsyncGenerator<Buffer> {
  const chunks = content[Symbol.asyncIterator]();
  try {
    const first = await takeFirst(chunks, GZIP.length);
    const all = joinedFrom(first, chunks);
    if (first.length >= GZIP.length && first.subarray(0, GZIP.length).equals(GZIP)) yield* gunzip(all, file);
    else yield* all;
  } finally {
    await chunks.return?.();
  }
}

/** The first chunk, with more if it has fewer than `least` bytes. */
export async function takeFirst(chunks: AsyncIterator<Buffer>, least: number): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < least) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  return first;
}

/** Bytes that have been taken, and those behind them. */
export async function* joinedFrom(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

async function* gunzip(content: AsyncIterable<Buffer>, file: string | undefined): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 64 << 10 });
  // Copies: the stream reads ahead, and chunks are overwritten. Its errors come out of the loop over `unzip`.
  pipeline(Readable.from(copies(content), { objectMode: false }), unzip, () => {});
  try {
    yield* unzip;
  } catch (error) {
    if (!/^Z_/.test(systemErrorCode(error) ?? '')) throw error;
    throw new DataError('gzip', `the gzip data is damaged or incomplete: ${(error as Error).message}`, {
      file,
      fix: 'Compress the file again, and copy it completely.',
      cause: error,
    });
  } finally {
    unzip.destroy();
  }
}

async function* copies(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of content) yield Buffer.from(chunk);
}
