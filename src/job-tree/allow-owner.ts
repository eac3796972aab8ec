import { changeMode } from './change-mode.ts';
import { JobFolder, SAFE_MODE } from './job-folder.ts';
import { pauses } from './pauses.ts';
import { bytesOf, rawName } from './raw-name.ts';
import { type TreeEntry, walkTree } from './walk-tree.ts';

/** What its owner needs to list, enter and empty a folder. */
const USER_DOES_ALL = 0o700;

/**
 * Gives the owner, who calls this, all permissions for the folder `dir` and those below it, and `fileBits` for the files: a
 * program may have taken them away. Follows no links. What cannot be changed stays as it is.
 */
export async function allowOwner(dir: string, fileBits: number): Promise<void> {
  attempt(() => changeMode(bytesOf(rawName(dir)), (mode) => (mode & SAFE_MODE) | USER_DOES_ALL));
  let root: JobFolder;
  try {
    root = JobFolder.open(dir);
  } catch {
    return;
  }
  const pause = pauses();
  try {
    for (const entry of walkTree(root, { onError: () => undefined, isOneDevice: true })) {
      attempt(() => allowEntry(entry, fileBits));
      await pause();
    }
  } catch {
    // A tree beyond the limits, or that changes all the time: its removal reports that.
  } finally {
    root.close();
  }
}

function allowEntry({ folder, name, stats }: TreeEntry, fileBits: number): void {
  if (!stats.isDirectory() && !stats.isFile()) return;
  const wanted = stats.isDirectory() ? USER_DOES_ALL : fileBits;
  if ((stats.mode & wanted) !== wanted) folder.allow(name, wanted);
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Gone, or of another user: the removal reports that.
  }
}
