import { mkdirSync } from 'node:fs';
import { OptmlError } from '../errors/error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';

/**
 * Makes a directory of the job where there is none, folders on the way included. `what` is its name in the message, `fix` what to do.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export function makeDirectory(dir: string, what: string, fix: string): void {
  const kind = kindAt(dir);
  if (kind === 'a folder') return;
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new OptmlError(
      'DISK_WRITE_FAILED',
      `${what} cannot be made: ${kind === undefined ? (error as Error).message : `${dir} is ${kind}`}`,
      {
        where: dir,
        fix,
        cause: error,
      },
    );
  }
}
