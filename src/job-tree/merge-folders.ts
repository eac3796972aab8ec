import { systemErrorCode } from '../errors/error.ts';
import { FolderStack } from './folder-stack.ts';
import type { JobFolder } from './job-folder.ts';
import { openOnDevice } from './open-below.ts';
import { pauses } from './pauses.ts';
import type { RawName } from './raw-name.ts';
import { removeEntry } from './remove-tree.ts';

/** A folder moves only with the permission to write to it, which its program may have removed. */
const USER_DOES_ALL = 0o700;

/**
 * Moves the content of `from` into `into`, on the same file system; what is there already is replaced. Folders that both have are
 * merged. Returns the paths that were there before, below `into`. Aborting the signal stops between two entries.
 *
 * @throws the signal's reason; the system's error.
 */
export async function mergeFolders(from: JobFolder, into: JobFolder, signal: AbortSignal): Promise<readonly RawName[]> {
  const [sources, targets] = [new FolderStack(from), new FolderStack(into)];
  const levels = [{ names: from.names(), prefix: '', next: 0 }];
  const clashes: RawName[] = [];
  const pause = pauses();
  try {
    for (let level = levels[0]; level !== undefined; level = levels.at(-1)) {
      await pause();
      signal.throwIfAborted();
      const name = level.names[level.next++];
      if (name === undefined) {
        levels.pop();
        sources.pop();
        targets.pop();
        continue;
      }
      const [source, target] = [sources.top, targets.top];
      const stats = source.lstat(name);
      if (stats === undefined) continue;
      const there = target.lstat(name);
      if (there?.isDirectory() && stats.isDirectory()) {
        sources.push(openOnDevice(source, name, from));
        targets.push(openOnDevice(target, name, into));
        levels.push({ names: sources.top.names(), prefix: `${level.prefix}${name}/`, next: 0 });
        continue;
      }
      if (there !== undefined) {
        clashes.push(level.prefix + name);
        await removeEntry(target, name);
      }
      moveEntry(source, name, target);
    }
  } finally {
    sources.close();
    targets.close();
  }
  return clashes;
}

/** Moves an entry to another folder on the same file system, whatever its permissions. @throws the system's error. */
export function moveEntry(from: JobFolder, name: RawName, into: JobFolder, newName: RawName = name): void {
  try {
    from.moveTo(name, into, newName);
  } catch (error) {
    if (systemErrorCode(error) !== 'EACCES') throw error;
    from.allow(name, USER_DOES_ALL);
    from.moveTo(name, into, newName);
  }
}
