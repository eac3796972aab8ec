import { pipeline, Readable } from 'node:stream';

/** Undoes gzip, several members included. @throws Error of zlib when it is no gzip, or is cut off. */
export async function* gunzip(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Loaded for those who need it: a job starts sooner without it.
  const { createGunzip } = await import('node:zlib');
  const unzip = createGunzip();
  // Its errors come out of the loop over `unzip`; leaving that loop ends the source too.
  pipeline(Readable.from(content, { objectMode: false }), unzip, () => {});
  yield* unzip;
}

/** Whether an error says that the data is no gzip. */
export function isGzipError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT'].includes(code);
}
