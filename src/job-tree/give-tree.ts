import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { folderId, JobFolder } from './job-folder.ts';
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
 * Gives everything at and below `path` to a user: links themselves, never what they point to. Hard links to files that also
 * have names elsewhere stay their owner's: a program may have linked to any file. What is missing is left out. Needs root.
 * Returns how many such files there are.
 *
 * @throws the system's error.
 */
export async function giveTree(path: string, owner: NewOwner): Promise<number> {
  const parent = JobFolder.openFollowing(dirname(path));
  const linked = new Map<string, number>();
  try {
    const name = rawName(basename(path));
    give(parent, name, { ...owner, linked });
    if (parent.lstat(name)?.isDirectory() !== true) return linked.size;
    const root = parent.openFolder(name);
    try {
      const pause = pauses();
      for (const entry of walkTree(root, { isOneDevice: true })) {
        give(entry.folder, entry.name, { ...owner, linked });
        await pause();
      }
    } finally {
      root.close();
    }
  } finally {
    parent.close();
  }
  return linked.size;
}

/** Files of which not all names were found: device and inode → names that are left. */
type LinkedFiles = Map<string, number>;

function give(
  folder: JobFolder,
  name: RawName,
  { uid, gid, fromUid, linked }: NewOwner & { readonly linked: LinkedFiles },
): void {
  const stats = folder.lstat(name);
  if (stats === undefined || (stats.uid === uid && stats.gid === gid)) return;
  if (fromUid !== undefined && stats.uid !== fromUid) return;
  if (!stats.isDirectory() && !isLastName(stats, linked)) return;
  try {
    folder.chown(name, uid, gid);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

/** Whether all other names of a file were found before. */
function isLastName(stats: Stats, linked: LinkedFiles): boolean {
  if (stats.nlink === 1) return true;
  const id = folderId(stats);
  const left = (linked.get(id) ?? stats.nlink) - 1;
  if (left > 0) linked.set(id, left);
  else linked.delete(id);
  return left === 0;
}
