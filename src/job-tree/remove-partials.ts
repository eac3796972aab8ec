import { systemErrorCode } from '../errors/error.ts';
import { isPartialOfProcess } from '../files/partial-path.ts';
import { JobFolder } from './job-folder.ts';
import { readable } from './raw-name.ts';
import { removeEntry } from './remove-tree.ts';
import { walkTree } from './walk-tree.ts';

/**
 * Removes the unfinished files and folders below `dir`, which the user has named and may be a link, that the process with this
 * number has begun. Follows no links.
 *
 * @throws System errors.
 */
export async function removePartials(dir: string, pid: number): Promise<void> {
  let folder: JobFolder;
  try {
    folder = JobFolder.openFollowing(dir);
  } catch (error) {
    // Nothing was written.
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return;
    throw error;
  }
  try {
    for (const entry of walkTree(folder)) {
      if (isPartialOfProcess(readable(entry.name), pid)) await removeEntry(entry.folder, entry.name);
    }
  } finally {
    folder.close();
  }
}
