import type { Stats } from 'node:fs';
import type { JobFolder } from './job-folder.ts';
import type { RawName } from './raw-name.ts';
import { systemError } from './system-error.ts';

/** An entry of a job's tree. */
export interface TreeEntry {
  /** The folder that it is in, which is open until the next entry is asked for. */
  readonly folder: JobFolder;
  readonly name: RawName;
  /** Its path below the root, with slashes. */
  readonly path: RawName;
  /** As it was when it was found: a link as a link. */
  readonly stats: Stats;
}

/** How a tree is walked. */
export interface WalkOptions {
  /** Whether an entry is left out; of a folder also what is in it. */
  readonly isLeftOut?: (entry: TreeEntry) => boolean;
  /** Told of a folder or name that cannot be read; it is left out then. Without it, the error is thrown. */
  readonly onError?: (path: RawName, error: unknown) => void;
}

/** Longest path below the root, in bytes: programs cannot open a longer one. Bounds the depth, too. */
export const LONGEST_PATH = 4095;
/** Most entries of a tree. */
const MOST_ENTRIES = 20_000_000;
/** Folders that are open at the same time. Others are found again through the `..` of the one below. */
const MOST_OPEN = 64;

interface Level {
  readonly folder: JobFolder;
  readonly names: readonly RawName[];
  readonly prefix: RawName;
  next: number;
}

/**
 * Walks the tree below an open folder, which stays open: each folder before what is in it, names in the order of their bytes.
 * Entries that vanish meanwhile are left out. Follows no link, and keeps to the tree while a job changes it.
 *
 * @throws the system's error: ENAMETOOLONG, EFBIG for trees beyond the limits, ESTALE where a folder was moved meanwhile.
 */
export function* walkTree(root: JobFolder, options: WalkOptions = {}): Generator<TreeEntry> {
  const levels: Level[] = [];
  const closed = new Set<Level>();
  const enter = (folder: JobFolder, prefix: RawName) => {
    levels.push({ folder, names: namesIn(folder, prefix, options), prefix, next: 0 });
    const outer = levels.at(-1 - MOST_OPEN);
    if (outer === undefined || outer.folder === root) return;
    outer.folder.close();
    closed.add(outer);
  };
  let count = 0;
  try {
    enter(root, '');
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const name = level.names[level.next++];
      if (name === undefined) {
        leave(levels, closed, root);
        continue;
      }
      const entry = entryOf(level, name, options);
      if (entry === undefined || options.isLeftOut?.(entry)) continue;
      if (++count > MOST_ENTRIES) throw systemError('EFBIG', `more than ${MOST_ENTRIES} entries`, root.path);
      yield entry;
      if (!entry.stats.isDirectory()) continue;
      const folder = openedFolder(entry, options);
      if (folder !== undefined) enter(folder, `${entry.path}/`);
    }
  } finally {
    for (const level of levels) if (level.folder !== root && !closed.has(level)) level.folder.close();
  }
}

/** Goes back to the level above. */
function leave(levels: Level[], closed: Set<Level>, root: JobFolder): void {
  const left = levels.pop();
  const above = levels.at(-1);
  if (left === undefined || left.folder === root) return;
  try {
    if (above === undefined || !closed.has(above)) return;
    const folder = left.folder.reopenParent(above.folder);
    levels[levels.length - 1] = { ...above, folder };
    closed.delete(above);
  } finally {
    left.folder.close();
  }
}

function namesIn(folder: JobFolder, prefix: RawName, { onError }: WalkOptions): readonly RawName[] {
  try {
    return folder.names();
  } catch (error) {
    if (onError === undefined) throw error;
    onError(prefix, error);
    return [];
  }
}

function entryOf({ folder, prefix }: Level, name: RawName, { onError }: WalkOptions): TreeEntry | undefined {
  const path = prefix + name;
  try {
    if (path.length > LONGEST_PATH) throw systemError('ENAMETOOLONG', 'name too long', `${folder.path}/${name}`);
    const stats = folder.lstat(name);
    return stats && { folder, name, path, stats };
  } catch (error) {
    if (onError === undefined) throw error;
    onError(path, error);
    return undefined;
  }
}

function openedFolder({ folder, name, path }: TreeEntry, { onError }: WalkOptions): JobFolder | undefined {
  try {
    return folder.openFolder(name);
  } catch (error) {
    if (onError === undefined) throw error;
    onError(path, error);
    return undefined;
  }
}
