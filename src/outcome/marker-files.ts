import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { writeFileWhole } from '../files/write-file-whole.ts';

/** Removes a `success` file of an earlier run, which would tell a lie about this one. */
export function clearSuccess(file: string): void {
  if (!existsSync(file)) return;
  try {
    rmSync(file, { force: true });
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
 * Writes the failure file whole; one that exists is kept, since the script's own word counts
 * more (contract C51). Returns whether this text was written.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export function writeFailure(file: string, text: string): boolean {
  if (existsSync(file)) return false;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileWhole(file, text, { isDurable: true });
    return true;
  } catch (error) {
    throw writeFailed('the failure file cannot be written', file, error);
  }
}

function writeFailed(what: string, file: string, error: unknown): OptmlError {
  return new OptmlError('DISK_WRITE_FAILED', `${what}: ${(error as Error).message}`, {
    where: file,
    fix: 'Check that the disk has room and the folder is writable for this user.',
    cause: error,
  });
}
