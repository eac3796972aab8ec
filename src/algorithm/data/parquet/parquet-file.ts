import type { FileHandle } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { openInputHandle } from '../../../job-tree/input/input-handle.ts';
import type { DataPart } from '../channel.ts';
import { DataError } from '../data-error.ts';
import { unreadable } from '../source/file-content.ts';

/** Largest object that is read into memory, where a Parquet file arrives as a stream. */
const LARGEST_OBJECT = 512 << 20;
/** Largest part of a file that is read by one call: a column of a row group, or the metadata. */
const LARGEST_SLICE = 1 << 30;

/** An open Parquet file. */
export interface ParquetFile {
  readonly buffer: AsyncBuffer;
  readonly close: () => Promise<void>;
}

/** Opens a file, which is read from its end, or takes an object of a stream into memory. @throws DataError. */
export async function openParquet(part: DataPart): Promise<ParquetFile> {
  if (part.path === undefined) return { buffer: await bufferOf(part), close: async () => {} };
  const handle = await openInputHandle(part.path).catch((error: unknown) =>
    Promise.reject(unreadable(error, part.name)),
  );
  const { size } = await handle.stat();
  const slice = (start: number, end = size) => {
    const reading = readSlice(handle, { start, end, size, file: part.name });
    // If something else fails first, the library never waits for it.
    reading.catch(() => {});
    return reading;
  };
  return { buffer: { byteLength: size, slice }, close: () => handle.close() };
}

async function readSlice(
  handle: FileHandle,
  {
    start,
    end,
    size,
    file,
  }: { readonly start: number; readonly end: number; readonly size: number; readonly file: string },
): Promise<ArrayBuffer> {
  // Positions come from the file.
  if (!(start >= 0 && start <= end && end <= size && end - start <= LARGEST_SLICE)) {
    throw new DataError('parquet', `the Parquet file is damaged: it names the bytes ${start} to ${end} of ${size}`, {
      file,
      fix: 'Copy the file completely, or write it again with smaller row groups.',
    });
  }
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0)
      throw new DataError('parquet', 'the Parquet file became shorter', { file, fix: 'Leave the data unchanged.' });
    done += bytesRead;
  }
  return bytes.buffer;
}

async function bufferOf({ name, content }: DataPart): Promise<AsyncBuffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content()) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes <= LARGEST_OBJECT) continue;
    throw new DataError('parquet', `the Parquet file has more than ${LARGEST_OBJECT} bytes`, {
      file: name,
      fix: 'Use the input mode File or FastFile, or smaller files.',
    });
  }
  const all = Uint8Array.from(Buffer.concat(chunks)).buffer;
  return { byteLength: bytes, slice: (start, end) => all.slice(start, end) };
}
