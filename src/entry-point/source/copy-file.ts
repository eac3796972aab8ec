import { chmodSync, closeSync, constants, copyFileSync, fchmodSync, fstatSync, openSync, promises } from 'node:fs';
import { OptmlError } from '../../errors/error.ts';
import { copyContent } from '../../job-tree/copy/copy-content.ts';
import { filePathOf } from '../../job-tree/descriptor-path.ts';
import { checkUnchanged, openInput } from '../../job-tree/input/input-file.ts';

/** A larger file is copied in parts, between which others have their turn, and an abort its effect. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** The copy shares its data on disk, where the file system can. */
const { COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = constants;

/**
 * Copies the regular file `from`, or the one that a link leads to, with its permissions; without set-uid, set-gid and sticky.
 * Returns its size in bytes.
 *
 * @throws OptmlError SOURCE_INVALID if it cannot be read, is no regular file any more, or changes meanwhile; the system's
 * error if it cannot be written; the signal's reason.
 */
export async function copyFile(
  from: string,
  to: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const descriptor = reading(from, () => openInput(from));
  try {
    const stats = fstatSync(descriptor);
    if (stats.size <= SMALL_BYTES) copyFileSync(filePathOf(descriptor), to, COPYFILE_FICLONE);
    else if (!(await clone(descriptor, to))) await copyInParts(descriptor, to, signal);
    reading(from, () => checkUnchanged(stats, fstatSync(descriptor)));
    if ((stats.mode & 0o7000) !== 0) chmodSync(to, stats.mode & 0o777);
    return stats.size;
  } finally {
    closeSync(descriptor);
  }
}

async function clone(from: number, to: string): Promise<boolean> {
  try {
    await promises.copyFile(filePathOf(from), to, COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    // This file system cannot; any other error comes again in the copy.
    return false;
  }
}

async function copyInParts(from: number, to: string, signal: AbortSignal): Promise<void> {
  const target = openSync(to, 'w');
  try {
    await copyContent(from, target, signal);
    fchmodSync(target, fstatSync(from).mode & 0o777);
  } finally {
    closeSync(target);
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
