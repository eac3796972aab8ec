import { join } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { removePath } from '../job-tree/remove-tree.ts';
import { optmlHome } from '../jobs/jobs-dir.ts';
import { makeOwnedFolder } from '../jobs/owned-folder.ts';

/**
 * A folder for the jobs of this validation, absolute, where jobs are recorded too: an engine in a virtual machine may see no
 * other place. What killed validations have left is removed.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export function makeWorkFolder(variables: Readonly<NodeJS.ProcessEnv>): string {
  const parent = join(optmlHome(variables), 'validate');
  try {
    return makeOwnedFolder(parent, '');
  } catch (error) {
    throw new OptmlError('DISK_WRITE_FAILED', `there is no place for the prepared jobs: ${(error as Error).message}`, {
      where: parent,
      fix: 'Set OPTML_HOME to a folder that this user can write to.',
      exitCode: EXIT_CODES.usage,
      cause: error,
    });
  }
}

/**
 * Removes it with everything in it, also where a program has taken the right to write away from its own folders. Returns why
 * not all of it could be removed; undefined if it is gone.
 */
export async function removeWorkFolder(dir: string): Promise<string | undefined> {
  try {
    await removePath(dir);
    return undefined;
  } catch (error) {
    return `Files of the prepared jobs are still in ${dir} and can be removed: ${(error as Error).message}`;
  }
}
