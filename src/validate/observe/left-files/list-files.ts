import type { JobFolder } from '../../../job-tree/job-folder.ts';
import type { RawName } from '../../../job-tree/raw-name.ts';
import { pacedWalk, type TreeEntry } from '../../../job-tree/walk-tree.ts';
import type { FileEntry, Unseen } from '../observation.ts';
import { sumOf } from './file-sum.ts';
import { reasonOf } from './reason-of.ts';

/** Most entries of each folder of `/opt/ml` that are listed, and that are counted. */
const MOST_LISTED = 5000;
const MOST_VISITED = 200_000;
/** Most files at the root of `/opt/ml`. */
const MOST_FOLDERS = 1000;
/** Most bytes of a model that are compared: some seconds. */
const MOST_HASHED_BYTES = 4 * 1024 ** 3;
/** Most reasons that are kept. */
const MOST_UNSEEN = 20;

/** The folders that the checks look at come first. */
const FIRST: readonly RawName[] = ['model', 'output', 'checkpoints'];
/** optml writes them before the start, and no check looks at what a job left there. */
const LEFT_OUT: readonly RawName[] = ['input', 'code'];
const SECTOR = 512;

/** What a host has left below its `/opt/ml`. */
export interface LeftFiles {
  /** Sorted by path. */
  readonly files: readonly FileEntry[];
  readonly unseen: readonly Unseen[];
  /** Space on the disk of everything that was visited. */
  readonly diskBytes: number;
}

/** How files are listed. */
export interface ListOptions {
  /** Whether the files of the model get their sums. */
  readonly isHashed: boolean;
  readonly signal: AbortSignal;
}

/**
 * Lists what is below a host's `/opt/ml`, except `input` and `code`. Links are listed and never followed. What cannot be
 * looked at, or is too much, is named in `unseen`.
 *
 * @throws the signal's reason.
 */
export async function listFiles(root: JobFolder, options: ListOptions): Promise<LeftFiles> {
  const listing = new Listing(root, options);
  await listing.takeAll();
  return listing.result();
}

type FoundFile = Omit<TreeEntry, 'depth'>;

class Listing {
  readonly #root: JobFolder;
  readonly #options: ListOptions;
  readonly #files: FileEntry[] = [];
  readonly #unseen: Unseen[] = [];
  #diskBytes = 0;
  #hashable = MOST_HASHED_BYTES;

  constructor(root: JobFolder, options: ListOptions) {
    this.#root = root;
    this.#options = options;
  }

  async takeAll(): Promise<void> {
    for (const name of this.#folders()) {
      try {
        const stats = this.#root.lstat(name);
        if (stats === undefined) continue;
        this.#files.push(await this.#entry({ folder: this.#root, name, path: name, stats }));
        if (stats.isDirectory()) await this.#takeFolder(name);
      } catch (error) {
        this.#options.signal.throwIfAborted();
        this.#miss(name, error);
      }
    }
  }

  result(): LeftFiles {
    const files = this.#files.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { files, unseen: this.#unseen, diskBytes: this.#diskBytes };
  }

  #folders(): readonly RawName[] {
    try {
      const names = this.#root.names().filter((name) => !LEFT_OUT.includes(name));
      if (names.length > MOST_FOLDERS) this.#miss('', new Error(`there are ${names.length} files in it`));
      const others = names.filter((name) => !FIRST.includes(name)).slice(0, MOST_FOLDERS);
      return [...FIRST.filter((name) => names.includes(name)), ...others];
    } catch (error) {
      this.#miss('', error);
      return [];
    }
  }

  async #takeFolder(top: RawName): Promise<void> {
    const folder = this.#root.openFolder(top);
    try {
      let count = 0;
      const onError = (path: RawName, error: unknown) => this.#miss(`${top}/${path}`, error);
      for await (const entry of pacedWalk(folder, this.#options.signal, { onError })) {
        count += 1;
        if (count > MOST_VISITED) break;
        this.#diskBytes += bytesOnDisk(entry);
        if (count <= MOST_LISTED) this.#files.push(await this.#entry({ ...entry, path: `${top}/${entry.path}` }));
      }
      if (count > MOST_VISITED) this.#miss(top, new Error(`there are more than ${MOST_VISITED} files in it`));
      else if (count > MOST_LISTED) this.#miss(top, new Error(`there are ${count} files in it`));
    } finally {
      folder.close();
    }
  }

  async #entry(entry: FoundFile): Promise<FileEntry> {
    const { folder, name, path, stats } = entry;
    const common = { path, bytes: stats.size, diskBytes: bytesOnDisk(entry), names: stats.nlink };
    if (stats.isDirectory()) return { ...common, kind: 'folder' };
    if (stats.isSymbolicLink()) return { ...common, kind: 'link', target: targetOf(folder, name) };
    if (!stats.isFile()) return { ...common, kind: 'other' };
    const isHashed = this.#options.isHashed && path.startsWith('model/') && stats.size <= this.#hashable;
    if (!isHashed) return { ...common, kind: 'file' };
    this.#hashable -= stats.size;
    const sha256 = await sumOf(entry, this.#options.signal);
    return { ...common, kind: 'file', ...(sha256 !== undefined && { sha256 }) };
  }

  #miss(path: RawName, error: unknown): void {
    if (this.#unseen.length < MOST_UNSEEN) this.#unseen.push({ path, why: reasonOf(error) });
    // Too many: each may be anywhere.
    else if (this.#unseen.length === MOST_UNSEEN) this.#unseen.push({ path: '', why: reasonOf(error) });
  }
}

function bytesOnDisk({ stats }: FoundFile): number {
  return stats.isFile() ? (stats.blocks * SECTOR) / Math.max(stats.nlink, 1) : 0;
}

function targetOf(folder: JobFolder, name: RawName): RawName {
  try {
    return folder.readLink(name);
  } catch {
    // It was a link a moment ago.
    return '';
  }
}
