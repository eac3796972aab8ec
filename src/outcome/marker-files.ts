import { lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { writeFileWhole } from '../files/write-file-whole.ts';

/**
 * Removes a `success` file of an earlier run, which would be wrong about this one: a file, a link, whether or not it leads
 * anywhere, or a named pipe.
 *
 * @throws OptmlError DISK_WRITE_FAILED, for a folder too.
 */
export function clearSuccess(file: string): void {
  try {
    if (statsOf(file)) unlinkSync(file);
  } catch (error) {
    throw writeFailed('the success file of an earlier run cannot be removed', file, error);
  }
}

/**
 * Writes the empty `success` file.
 *
 * @throws OptmlError DISK_WRITE_FAILED: a job that cannot prove its success has none (contract C71).
 */
export function writeSuccess(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileWhole(file, '', { isDurable: false });
  } catch (error) {
    throw writeFailed('the success file cannot be written', file, error);
  }
}

/**
 * Writes the failure file whole; a regular file that exists is kept, since the script's own text is worth more (contract
 * C51). Returns whether this text was written.
 *
 * Differs from the reference: it keeps everything with that name, also a named pipe, for which its readers wait, and a link,
 * which leads nowhere outside the container.
 *
 * @throws OptmlError DISK_WRITE_FAILED, for a folder too.
 */
export function writeFailure(file: string, text: string): boolean {
  try {
    if (statsOf(file)?.isFile()) return false;
    mkdirSync(dirname(file), { recursive: true });
    writeFileWhole(file, text, { isDurable: true });
    return true;
  } catch (error) {
    throw writeFailed('the failure file cannot be written', file, error);
  }
}

function statsOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}

function writeFailed(what: string, file: string, error: unknown): OptmlError {
  return new OptmlError('DISK_WRITE_FAILED', `${what}: ${(error as Error).message}`, {
    where: file,
    fix: 'Check that the disk has room and the folder is writable for this user.',
    cause: error,
  });
}
