import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { folderId } from '../../job-tree/job-folder.ts';
import { type RawName, rawName } from '../../job-tree/raw-name.ts';
import type { TreeEntry } from '../../job-tree/walk-tree.ts';

/** Whether an entry is left out. */
export type IsLeftOut = (entry: TreeEntry) => boolean;

/** Paths that are left out: the ids of their folders by name. A folder can have several paths, but only one id. */
export type Excluded = ReadonlyMap<RawName, ReadonlySet<string>>;

/** The entries at these paths, whose folders may not exist. */
export function excludedEntries(paths: readonly string[]): Excluded {
  const excluded = new Map<RawName, Set<string>>();
  for (const path of paths) {
    const stats = statSync(dirname(path), { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const name = rawName(basename(path));
    const folders = excluded.get(name) ?? new Set();
    excluded.set(name, folders.add(folderId(stats)));
  }
  return excluded;
}

/** Whether an entry is at one of these paths. */
export function isExcluded(excluded: Excluded, { name, folder }: Pick<TreeEntry, 'name' | 'folder'>): boolean {
  return excluded.get(name)?.has(folder.id) === true;
}
