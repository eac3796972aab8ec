import { basename, dirname } from 'node:path';
import { allowOwner } from '../../job-tree/allow-owner.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { pauses } from '../../job-tree/pauses.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { walkTree } from '../../job-tree/walk-tree.ts';
import type { User } from '../../process/calling-user.ts';

const USER_READS_WRITES = 0o600;
const USER_LISTS = 0o500;
const USER_DOES_ALL = 0o700;

/**
 * Whether something at or below the folder `path` belongs to somebody else. Own folders are made readable, whatever their mode.
 *
 * @throws System errors.
 */
export async function hasForeign(path: string, user: User): Promise<boolean> {
  const parent = JobFolder.openFollowing(dirname(path));
  try {
    const name = rawName(basename(path));
    const stats = parent.lstat(name);
    if (stats === undefined || stats.uid !== user.uid) return stats !== undefined;
    if (!stats.isDirectory()) return false;
    if ((stats.mode & USER_LISTS) !== USER_LISTS) parent.allow(name, USER_DOES_ALL);
    const root = parent.openFolder(name);
    return await hasForeignBelow(root, user).finally(() => root.close());
  } finally {
    parent.close();
  }
}

async function hasForeignBelow(root: JobFolder, user: User): Promise<boolean> {
  const pause = pauses();
  for (const { folder, name, stats } of walkTree(root)) {
    if (stats.uid !== user.uid) return true;
    if (stats.isDirectory() && (stats.mode & USER_LISTS) !== USER_LISTS) folder.allow(name, USER_DOES_ALL);
    await pause();
  }
  return false;
}

/** Makes everything at and below `path` readable, and its folders writable, for its owner, who calls this. */
export function openToOwner(path: string): Promise<void> {
  return allowOwner(path, USER_READS_WRITES);
}
