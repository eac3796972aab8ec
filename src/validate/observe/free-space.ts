import { promises } from 'node:fs';
import { OptmlError } from '../../errors/error.ts';

const POLL_MS = 200;
// A program that meets a full disk leaves less than a block or two.
const FULL_BELOW_BYTES = 64 * 1024;

/** Free bytes of the file system that a folder is on. */
export type FreeBytes = (dir: string) => Promise<number>;

const freeBytesOf: FreeBytes = async (dir) => {
  const { bavail, bsize } = await promises.statfs(dir);
  return bavail * bsize;
};

/**
 * Watches the disk of the folder `dir` while hosts run. The function that it returns ends that.
 *
 * @throws OptmlError DISK_WRITE_FAILED, by that function, if the disk was full: what the hosts did then says nothing about the image.
 */
export function watchFreeSpace(dir: string, freeBytes: FreeBytes = freeBytesOf): () => Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  // A file system that cannot be asked is not called full.
  const look = async () => {
    least = Math.min(least, await freeBytes(dir).catch(() => Number.POSITIVE_INFINITY));
  };
  const timer = setInterval(look, POLL_MS).unref();
  return async () => {
    clearInterval(timer);
    await look();
    if (least >= FULL_BELOW_BYTES) return;
    throw new OptmlError(
      'DISK_WRITE_FAILED',
      'the disk of the prepared jobs is full: their results say nothing about the image',
      {
        where: dir,
        fix: 'Free some space there, or set OPTML_HOME to a folder on another disk.',
      },
    );
  };
}
