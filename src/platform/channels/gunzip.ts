import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Undoes gzip, several members included. @throws Error of zlib when it is no gzip, or is cut off. */
export function gunzip(content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const unzip = createGunzip();
  // Its errors come out of the loop over `unzip`; leaving that loop ends the source too.
  pipeline(Readable.from(content, { objectMode: false }), unzip, () => {});
  return unzip;
}

/** Whether an error says that the data is no gzip. */
export function isGzipError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT'].includes(code);
}
