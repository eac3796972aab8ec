import type { Stats } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { openOnDevice } from '../../job-tree/open-below.ts';
import { type RawName, readable } from '../../job-tree/raw-name.ts';
import type { StoredObject } from '../buckets.ts';
import { firstIndex } from '../listing/order.ts';
import type { KeyedObject, KeySource } from '../listing/roll-up.ts';
import type { FolderNames } from './folder-names.ts';

const LONGEST_KEY_BYTES = 1024;

/** Where keys of a folder come from. */
export interface FolderTree {
  readonly root: JobFolder;
  readonly names: FolderNames;
  readonly objectOf: (key: string, stats: Stats) => StoredObject;
  /** The object that stands for the folder whose path, with a slash behind, is `key`. */
  readonly markerOf: (key: string) => StoredObject | undefined;
}

/** A folder on the way to the present key. */
interface Level {
  /** Path below the root, with a slash behind; empty for the root. */
  readonly prefix: RawName;
  readonly names: readonly RawName[];
}

/**
 * The files below a folder in the order of their keys: a folder's name is compared with its slash. Only the folder of the
 * present key and the root are open. What vanishes meanwhile is left out.
 */
export class FolderKeys implements KeySource {
  readonly #tree: FolderTree;
  readonly #levels: Level[] = [];
  #open: { readonly prefix: RawName; readonly folder: JobFolder } | undefined;

  constructor(tree: FolderTree) {
    this.#tree = tree;
    this.#levels.push({ prefix: '', names: tree.names.of(tree.root, true) });
  }

  from(bound: RawName): KeyedObject | undefined {
    // Levels that end before the bound.
    while (this.#levels.length > 1 && !bound.startsWith(this.#top.prefix)) this.#levels.pop();
    let start = bound;
    for (;;) {
      const { prefix, names } = this.#top;
      const name = names[firstIndex(names, (one) => isReached(prefix, one, start))];
      if (name === undefined) {
        if (this.#levels.length === 1) return undefined;
        this.#levels.pop();
        start = `${prefix}\xff`;
        continue;
      }
      const raw = prefix + name;
      const found = name.endsWith('/') ? this.#enter(raw, start) : this.#file(raw, name);
      if (found !== undefined) return found;
      // A folder that was entered goes on from the same bound; any other name gave nothing.
      if (this.#top.prefix !== raw) start = name.endsWith('/') ? `${raw}\xff` : `${raw}\0`;
    }
  }

  close(): void {
    this.#open?.folder.close();
    this.#open = undefined;
  }

  /** Goes into a folder. Returns the object that stands for it, if that comes next. */
  #enter(raw: RawName, start: RawName): KeyedObject | undefined {
    if (raw.length >= LONGEST_KEY_BYTES) return undefined;
    const folder = this.#folder(raw);
    if (folder === undefined) return undefined;
    this.#levels.push({ prefix: raw, names: this.#tree.names.of(folder, false) });
    const object = raw >= start ? this.#tree.markerOf(readable(raw)) : undefined;
    return object && { raw, object };
  }

  #file(raw: RawName, name: RawName): KeyedObject | undefined {
    if (raw.length > LONGEST_KEY_BYTES) return undefined;
    const stats = this.#folder(this.#top.prefix)?.lstat(name);
    return stats?.isFile() ? { raw, object: this.#tree.objectOf(readable(raw), stats) } : undefined;
  }

  /** The folder of a prefix, which stays open until another one is needed; undefined if it has vanished. */
  #folder(prefix: RawName): JobFolder | undefined {
    const { root } = this.#tree;
    if (prefix === '') return root;
    if (this.#open?.prefix === prefix) return this.#open.folder;
    const near = this.#open !== undefined && prefix.startsWith(this.#open.prefix) ? this.#open : undefined;
    try {
      const folder = descend(near?.folder ?? root, prefix.slice(near?.prefix.length ?? 0), root);
      this.close();
      this.#open = { prefix, folder };
      return folder;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV'].includes(systemErrorCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  get #top(): Level {
    return this.#levels.at(-1) as Level;
  }
}

/** Whether a file, or anything that a folder can contain, is not before the bound. */
function isReached(prefix: RawName, name: RawName, bound: RawName): boolean {
  return name.endsWith('/') ? `${prefix}${name}\xff` > bound : prefix + name >= bound;
}

/** Opens a folder by its path with a slash behind. */
function descend(from: JobFolder, path: RawName, root: JobFolder): JobFolder {
  let folder = from;
  for (const name of path.slice(0, -1).split('/')) {
    const above = folder;
    try {
      folder = openOnDevice(above, name, root);
    } finally {
      if (above !== from) above.close();
    }
  }
  return folder;
}
