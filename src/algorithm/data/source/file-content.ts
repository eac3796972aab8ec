import type { FileHandle } from 'node:fs/promises';
import { systemErrorCode } from '../../../errors/error.ts';
import { checkUnchanged, UnusableInput } from '../../../job-tree/input/input-file.ts';
import { openInputHandle } from '../../../job-tree/input/input-handle.ts';
import { DataError } from '../data-error.ts';

/** Large enough for the disk, small enough for the caches of the processor. */
const CHUNK_BYTES = 256 << 10;

/**
 * The bytes of a regular file. While one chunk is used, the next one is read. A chunk is overwritten after the next one has
 * been requested.
 *
 * @throws DataError file-kind, channel-unreadable.
 */
export async function* fileContent(path: string, name: string): AsyncGenerator<Buffer> {
  const handle = await openInputHandle(path).catch((error: unknown) => Promise.reject(unreadable(error, name)));
  // Also when the loop is left in the middle of a read.
  let reading: Promise<Buffer> | undefined;
  try {
    const before = await handle.stat();
    const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
    reading = readChunk(handle, buffers[0]);
    for (let turn = 1; ; turn++) {
      const chunk = await reading;
      if (chunk.length === 0) break;
      reading = readChunk(handle, buffers[turn % 2] as Buffer);
      // Awaited later: a failure must not be unhandled before.
      reading.catch(() => {});
      yield chunk;
    }
    checkUnchanged(before, await handle.stat());
  } catch (error) {
    throw unreadable(error, name);
  } finally {
    await reading?.catch(() => {});
    await handle.close();
  }
}

async function readChunk(handle: FileHandle, buffer: Buffer): Promise<Buffer> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
  return buffer.subarray(0, bytesRead);
}

export function unreadable(error: unknown, file: string): unknown {
  if (error instanceof UnusableInput) {
    return new DataError('file-kind', `the file cannot be used: ${error.message}`, {
      file,
      fix: error.fix,
      cause: error,
    });
  }
  if (systemErrorCode(error) === undefined) return error;
  return new DataError('channel-unreadable', `the file cannot be read: ${(error as Error).message}`, {
    file,
    fix: 'Make the data readable, and leave it unchanged while the job runs.',
    cause: error,
  });
}
