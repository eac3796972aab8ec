import type { Dirent } from 'node:fs';
import { chmod, lchown, lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** A user of this machine, by numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The user who ran the command: behind `sudo`, the one who called it. */
export function callingUser(variables: Readonly<NodeJS.ProcessEnv>): User {
  const user = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const { SUDO_UID: uid, SUDO_GID: gid } = variables as { readonly SUDO_UID?: string; readonly SUDO_GID?: string };
  const isSudo = user.uid === 0 && /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '');
  return isSudo ? { uid: Number(uid), gid: Number(gid) } : user;
}

/** Whether something at or below `path` belongs to somebody else, or cannot be looked into for that reason. */
export async function hasForeign(path: string, user: User): Promise<boolean> {
  const stats = await lstat(path);
  if (stats.uid !== user.uid) return true;
  if (!stats.isDirectory()) return false;
  // Our own, whatever its mode: what lies in it can be seen once we have opened it to ourselves.
  if ((stats.mode & 0o500) !== 0o500) await chmod(path, stats.mode | 0o700);
  for await (const entry of await opendir(path)) {
    if (await hasForeign(join(path, entry.name), user)) return true;
  }
  return false;
}

/** Gives everything at and below `path` to `user`, links themselves and not what they point to. Needs root. */
export async function giveTo(path: string, user: User): Promise<void> {
  const stats = await lstat(path);
  if (stats.uid !== user.uid || stats.gid !== user.gid) await lchown(path, user.uid, user.gid);
  if (!stats.isDirectory()) return;
  for await (const entry of await opendir(path)) await giveTo(join(path, entry.name), user);
}

/** Makes everything at and below `path` readable, and its folders writable, for its owner, who calls this. */
export async function openToOwner(path: string, entry?: Dirent): Promise<void> {
  if (entry?.isSymbolicLink() === true) return;
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return;
  const wanted = stats.isDirectory() ? 0o700 : 0o600;
  if ((stats.mode & wanted) !== wanted) await chmod(path, (stats.mode & 0o7777) | wanted);
  if (!stats.isDirectory()) return;
  for await (const child of await opendir(path)) await openToOwner(join(path, child.name), child);
}
