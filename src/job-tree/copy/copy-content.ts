import { fstatSync, ftruncateSync, read, readSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK_BYTES = 4 << 20;
/** Smaller files are copied in one go: waiting for the thread pool would take longer. */
const SMALL_BYTES = 256 << 10;
/** Zeros of this length become a hole again in the copy of a file that has some. */
const HOLE_BYTES = 64 << 10;
const BLOCK_BYTES = 512;

const readLater = promisify(read);
const writeLater = promisify(write);

/**
 * Copies the content of an open regular file to an open empty one: as many bytes as it has now, so that a file that grows all
 * the time ends too. Holes stay holes. Aborting the signal ends the copy within a moment.
 *
 * @throws the signal's reason; the system's error.
 */
export async function copyContent(from: number, to: number, signal: AbortSignal): Promise<void> {
  const { size, blocks } = fstatSync(from);
  if (size === 0) return;
  // Also without any blocks the content is read: some file systems (FUSE, ZFS) report none for files that have data.
  const hasHoles = blocks * BLOCK_BYTES < size && size > HOLE_BYTES;
  let done = 0;
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  while (done < size) {
    signal.throwIfAborted();
    const length = Math.min(buffer.length, size - done);
    const count =
      size <= SMALL_BYTES
        ? readSync(from, buffer, 0, length, done)
        : (await readLater(from, buffer, 0, length, done)).bytesRead;
    if (count === 0) break;
    const chunk = buffer.subarray(0, count);
    if (size <= SMALL_BYTES && !hasHoles) writeAll(to, chunk, done);
    else await writeParts(to, chunk, done, hasHoles);
    done += count;
  }
  // A hole at the end.
  if (hasHoles) ftruncateSync(to, done);
}

function writeAll(to: number, chunk: Buffer, position: number): void {
  for (let done = 0; done < chunk.length; ) done += writeSync(to, chunk, done, chunk.length - done, position + done);
}

async function writeParts(to: number, chunk: Buffer, position: number, hasHoles: boolean): Promise<void> {
  const step = hasHoles ? HOLE_BYTES : chunk.length;
  for (let start = 0; start < chunk.length; start += step) {
    const part = chunk.subarray(start, start + step);
    if (hasHoles && isZero(part)) continue;
    for (let done = 0; done < part.length; ) {
      const { bytesWritten } = await writeLater(to, part, done, part.length - done, position + start + done);
      done += bytesWritten;
    }
  }
}

const ZEROS = Buffer.alloc(HOLE_BYTES);

function isZero(part: Buffer): boolean {
  return part.compare(ZEROS, 0, part.length) === 0;
}
