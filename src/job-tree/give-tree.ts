import { basename, dirname } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { JobFolder } from './job-folder.ts';
import { pauses } from './pauses.ts';
import { type RawName, rawName } from './raw-name.ts';
import { walkTree } from './walk-tree.ts';

/** The new owner of a tree. */
export interface NewOwner {
  readonly uid: number;
  readonly gid: number;
  /** Only entries of this user are given. By default all. */
  readonly fromUid?: number;
}

/**
 * Gives everything at and below `path` to a user: links themselves, never what they point to. What is missing is left out.
 * Needs root.
 *
 * @throws the system's error.
 */
export async function giveTree(path: string, owner: NewOwner): Promise<void> {
  const parent = JobFolder.openFollowing(dirname(path));
  try {
    const name = rawName(basename(path));
    give(parent, name, owner);
    if (parent.lstat(name)?.isDirectory() !== true) return;
    const root = parent.openFolder(name);
    try {
      const pause = pauses();
      for (const entry of walkTree(root, { isOneDevice: true })) {
        give(entry.folder, entry.name, owner);
        await pause();
      }
    } finally {
      root.close();
    }
  } finally {
    parent.close();
  }
}

function give(folder: JobFolder, name: RawName, { uid, gid, fromUid }: NewOwner): void {
  const stats = folder.lstat(name);
  if (stats === undefined || (stats.uid === uid && stats.gid === gid)) return;
  if (fromUid !== undefined && stats.uid !== fromUid) return;
  try {
    folder.chown(name, uid, gid);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
