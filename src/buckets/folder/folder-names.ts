import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { listEntries } from '../../job-tree/list-names.ts';
import { bytesOf, type RawName, rawName } from '../../job-tree/raw-name.ts';
import { compareRaw } from '../listing/order.ts';
import { HIDDEN_START } from './key-path.ts';

/** A folder with fewer names is read faster than it is worth to remember. */
const MANY_NAMES = 1000;
/** Most names that are remembered. */
const MOST_REMEMBERED = 1_000_000;
/** A folder's time of change has steps of some milliseconds: one that changed just now may change again within the step. */
const SETTLED_MS = 1000;

/** Names of large folders, which are read again only when the folder has changed: a list of 1,000 keys is one of many. */
export class FolderNames {
  readonly #remembered = new Map<string, { readonly changedMs: number; readonly names: readonly RawName[] }>();
  #count = 0;

  /** The files and folders in a folder, the latter with a slash behind, in the order of their bytes. @throws the system's error. */
  of(folder: JobFolder, isRoot: boolean): readonly RawName[] {
    const known = this.#remembered.get(folder.id);
    if (known?.changedMs === changedAt(folder.stats)) return known.names;
    this.#forget(folder.id);
    const names = keyNames(folder, isRoot);
    if (names.length >= MANY_NAMES && Date.now() - changedAt(folder.stats) > SETTLED_MS) {
      if (this.#count + names.length > MOST_REMEMBERED) this.#forgetAll();
      this.#remembered.set(folder.id, { changedMs: changedAt(folder.stats), names });
      this.#count += names.length;
    }
    return names;
  }

  #forget(id: string): void {
    this.#count -= this.#remembered.get(id)?.names.length ?? 0;
    this.#remembered.delete(id);
  }

  #forgetAll(): void {
    this.#remembered.clear();
    this.#count = 0;
  }
}

function changedAt(stats: Stats): number {
  return Math.max(stats.mtimeMs, stats.ctimeMs);
}

const HIDDEN = rawName(HIDDEN_START);

function keyNames(folder: JobFolder, isRoot: boolean): readonly RawName[] {
  const names: RawName[] = [];
  for (const { name, kind } of listEntries(folder)) {
    // A key is text.
    if (kind === 'other' || !isUtf8(bytesOf(name)) || (isRoot && name.startsWith(HIDDEN))) continue;
    names.push(kind === 'folder' ? `${name}/` : name);
  }
  return names.sort(compareRaw);
}
