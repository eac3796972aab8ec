import { chmodSync, closeSync, copyFileSync, fstatSync, promises } from 'node:fs';
import { OptmlError } from '../../errors/error.ts';
import { filePathOf } from '../../job-tree/descriptor-path.ts';
import { checkUnchanged, openInput } from '../../job-tree/input/input-file.ts';

/** Copies a larger file, in bytes, in a thread: nothing else has its turn while a smaller one is copied. */
const SMALL_BYTES = 4 * 1024 * 1024;

/**
 * Copies the regular file `from`, or the one that a link leads to, with its permissions; without set-uid, set-gid and sticky.
 *
 * @throws OptmlError SOURCE_INVALID if it cannot be read, is no regular file any more, or changes meanwhile; the system's
 * error if it cannot be written.
 */
export async function copyFile(from: string, to: string): Promise<void> {
  const descriptor = reading(from, () => openInput(from));
  try {
    const stats = fstatSync(descriptor);
    const opened = filePathOf(descriptor);
    if (stats.size <= SMALL_BYTES) copyFileSync(opened, to);
    else await promises.copyFile(opened, to);
    reading(from, () => checkUnchanged(stats, fstatSync(descriptor)));
    if ((stats.mode & 0o7000) !== 0) chmodSync(to, stats.mode & 0o777);
  } finally {
    closeSync(descriptor);
  }
}

/** Calls `action`, which reads `path` in a source. @throws OptmlError SOURCE_INVALID if it fails. */
export function reading<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new OptmlError('SOURCE_INVALID', `${path} in the source cannot be copied: ${(error as Error).message}`, {
      where: path,
      fix: 'Make it readable, or remove it, and let nothing change the source while it is copied.',
      cause: error,
    });
  }
}
