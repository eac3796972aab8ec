import { fstatSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';

const readBytes = promisify(read);
const CHUNK_BYTES = 1 << 20;

/**
 * The first `mostBytes` of an open file, in chunks that are valid until the next one is read. Waits for nothing but the disk:
 * other work goes on meanwhile. The caller closes the descriptor.
 *
 * @throws the signal's reason; the system's error.
 */
export async function* fileChunks(
  descriptor: number,
  { mostBytes, signal }: { readonly mostBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(mostBytes, 1)));
  for (let at = 0; at < mostBytes; ) {
    signal.throwIfAborted();
    const { bytesRead } = await readBytes(descriptor, buffer, 0, Math.min(buffer.length, mostBytes - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * The text of an open regular file; undefined if it has more than `mostBytes`. Reads as many bytes as it has now: a file that
 * grows all the time ends too. The caller closes the descriptor.
 *
 * @throws the system's error.
 */
export function textOf(descriptor: number, mostBytes: number): string | undefined {
  const { size } = fstatSync(descriptor);
  if (size > mostBytes) return undefined;
  const buffer = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const count = readSync(descriptor, buffer, done, size - done, done);
    if (count === 0) break;
    done += count;
  }
  return buffer.toString('utf8', 0, done);
}
