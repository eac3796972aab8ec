import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { checkKind, checkUnchanged, kindAt, kindOf } from './input-file.ts';

/** As much as a pipe on Linux takes in one call. */
const CHUNK_BYTES = 65_536;

/**
 * Opens an input, as `openInput` does, for a file that may be larger than memory. The caller closes the handle.
 *
 * @throws UnusableInput for anything but a regular file; the system's error.
 */
export async function openInputHandle(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    checkKind(kindAt(file));
    throw error;
  });
  try {
    checkKind(kindOf(await handle.stat()));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The content of an open input from its start. @throws UnusableInput if it changes meanwhile; the system's error. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  const before = await handle.stat();
  for (let offset = 0; ; ) {
    // A new one each time: the last may still wait to be written.
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, offset);
    if (bytesRead === 0) break;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  checkUnchanged(before, await handle.stat());
}
