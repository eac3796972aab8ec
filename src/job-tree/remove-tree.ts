import { basename, dirname } from 'node:path';
import { systemErrorCode } from '../errors/error.ts';
import { FolderStack } from './folder-stack.ts';
import { JobFolder } from './job-folder.ts';
import { openOnDevice } from './open-below.ts';
import { pauses } from './pauses.ts';
import { type RawName, rawName } from './raw-name.ts';

/** A job's leftover processes may add files while a tree is removed. */
const ATTEMPTS = 5;
/** The errors if an entry was removed, moved or replaced meanwhile, or something was added. */
const CHANGING: readonly string[] = ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ESTALE', 'ENOTDIR', 'EISDIR', 'ELOOP'];
/** What its owner needs to empty a folder. */
const USER_DOES_ALL = 0o700;

/**
 * Removes the entry at `path`, absolute, whatever it is and however deep; nothing if there is none. No job can replace the
 * folder that it is in. See {@link removeEntry}.
 *
 * @throws the system's error.
 */
export async function removePath(path: string): Promise<void> {
  let parent: JobFolder;
  try {
    parent = JobFolder.openFollowing(dirname(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await removeEntry(parent, rawName(basename(path)));
  } finally {
    parent.close();
  }
}

/**
 * Removes an entry of a folder: of a link the link itself, of a folder all that is in it, also where a program took the
 * permissions for that away. Folders on another file system stay, and are an error.
 *
 * @throws the system's error: EXDEV, EACCES; ENOTEMPTY where something adds files all the time.
 */
export async function removeEntry(parent: JobFolder, name: RawName): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const stats = parent.lstat(name);
      if (stats === undefined) return;
      if (stats.isDirectory()) await removeFolder(parent, name);
      else parent.removeFile(name);
      return;
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (!CHANGING.includes(code) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function removeFolder(parent: JobFolder, name: RawName): Promise<void> {
  const root = openToEmpty(parent, name, parent);
  try {
    await emptyFolder(root);
  } finally {
    root.close();
  }
  parent.removeFolder(name);
}

/** Removes all that is in an open folder, as {@link removeEntry}. */
export async function emptyFolder(root: JobFolder, isKept: (name: RawName) => boolean = () => false): Promise<void> {
  const stack = new FolderStack(root);
  const levels: Level[] = [{ name: '', names: root.names().filter((name) => !isKept(name)), next: 0 }];
  const pause = pauses();
  try {
    for (let level = levels[0]; level !== undefined; level = levels.at(-1)) {
      await pause();
      const name = level.names[level.next++];
      if (name === undefined) {
        levels.pop();
        if (levels.length === 0) break;
        stack.pop();
        stack.top.removeFolder(level.name);
        continue;
      }
      const stats = stack.top.lstat(name);
      if (stats?.isDirectory()) {
        stack.push(openToEmpty(stack.top, name, root));
        levels.push({ name, names: stack.top.names(), next: 0 });
      } else if (stats !== undefined) {
        stack.top.removeFile(name);
      }
    }
  } finally {
    stack.close();
  }
}

interface Level {
  readonly name: RawName;
  readonly names: readonly RawName[];
  next: number;
}

function openToEmpty(parent: JobFolder, name: RawName, root: JobFolder): JobFolder {
  const folder = openReadable(parent, name, root);
  try {
    if ((folder.stats.mode & USER_DOES_ALL) !== USER_DOES_ALL) folder.setMode(folder.stats.mode | USER_DOES_ALL);
  } catch {
    // Of another user: the removal reports it if it needs more.
  }
  return folder;
}

function openReadable(parent: JobFolder, name: RawName, root: JobFolder): JobFolder {
  try {
    return openOnDevice(parent, name, root);
  } catch (error) {
    if (systemErrorCode(error) !== 'EACCES') throw error;
  }
  parent.allow(name, USER_DOES_ALL);
  return openOnDevice(parent, name, root);
}
