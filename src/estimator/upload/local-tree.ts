import type { Dirent, Stats } from 'node:fs';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { kindOf } from '../../job-tree/input/input-file.ts';
import { rawName, readable, shownName, shownText } from '../../job-tree/raw-name.ts';
import { locationError } from './upload-error.ts';
import type { LocalLocation } from './uploader.ts';

/** A file that is a part of a location. */
export interface LocalFile {
  /** Below the location, with slashes: the end of its key. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** How a tree is read. */
export interface TreeOptions {
  readonly signal: AbortSignal;
  /** Receives a line about each entry that is no file, such as a socket. */
  readonly warn: (message: string) => void;
}

// Entries between two turns of the event loop.
const ENTRIES_OF_A_TURN = 1000;

// Links to folders with links to folders double with each level.
const MOST_VISITS = 1000;

/**
 * The files of a folder, or the single file, in no order. Links are followed inside the folder, as a File channel of
 * `optml run` shows them; folders without files are no part of it.
 *
 * @throws OptmlError CHANNEL_INVALID or SOURCE_INVALID: nothing is there, a link leads out of the folder, a name is not UTF-8.
 */
export async function listTree(location: LocalLocation, options: TreeOptions): Promise<readonly LocalFile[]> {
  const stats = statOf(location);
  if (stats.isFile()) return [localFile(basename(location.path), location.path, stats)];
  if (!stats.isDirectory()) {
    throw locationError(location, `${location.path} is ${kindOf(stats)}`, 'Give a folder or a regular file.');
  }
  const tree = new Tree(location, options);
  const files = await tree.list();
  if (files.length > 0) return files;
  throw locationError(location, `${location.path} contains no file`, 'Put at least one file into the folder.');
}

function statOf(location: LocalLocation): Stats {
  try {
    return statSync(location.path);
  } catch (error) {
    const isMissing = systemErrorCode(error) === 'ENOENT';
    const why = isMissing ? 'does not exist' : `cannot be read: ${(error as Error).message}`;
    throw locationError(location, `${location.path} ${why}`, 'Check the path on this machine.', error);
  }
}

/** A file of this state. */
export function localFile(path: string, file: string, { size, mtimeMs, ctimeMs, ino }: Stats): LocalFile {
  return { path, file, bytes: size, mtimeMs, ctimeMs, inode: ino };
}

interface Folder {
  /** Its path below the location, with a slash at the end unless it is empty. */
  readonly path: string;
  /** Absolute, without links. */
  readonly dir: string;
  /** Real paths of the folders above: a link to one of them would have no end. */
  readonly above: readonly string[];
}

class Tree {
  readonly #location: LocalLocation;
  readonly #options: TreeOptions;
  readonly #root: string;
  readonly #files: LocalFile[] = [];
  /** How often links have led to a folder. */
  readonly #visits = new Map<string, number>();
  #seen = 0;

  constructor(location: LocalLocation, options: TreeOptions) {
    this.#location = location;
    this.#options = options;
    this.#root = realpathSync(location.path);
  }

  async list(): Promise<readonly LocalFile[]> {
    const folders: Folder[] = [{ path: '', dir: this.#root, above: [] }];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of this.#entriesOf(folder)) {
        const inner = this.#look(folder, entry);
        if (inner !== undefined) folders.push(inner);
        if (++this.#seen % ENTRIES_OF_A_TURN === 0) await new Promise(setImmediate);
        this.#options.signal.throwIfAborted();
      }
    }
    return this.#files;
  }

  #entriesOf(folder: Folder): readonly Dirent[] {
    return this.#reading(folder.path, () =>
      readdirSync(folder.dir, { withFileTypes: true, encoding: 'latin1' as never }),
    );
  }

  /** Notes a file, and gives a folder. */
  #look(folder: Folder, entry: Dirent): Folder | undefined {
    const name = readable(entry.name);
    if (rawName(name) !== entry.name) this.#refuseName(`${folder.path}${shownName(entry.name)}`);
    const path = `${folder.path}${name}`;
    const file = join(folder.dir, name);
    if (!entry.isSymbolicLink()) {
      if (entry.isDirectory()) return { path: `${path}/`, dir: file, above: [...folder.above, folder.dir] };
      const stats = this.#reading(path, () => statSync(file));
      if (stats.isFile()) this.#files.push(localFile(path, file, stats));
      else this.#options.warn(`${shownText(path)} is ${kindOf(stats)}: not uploaded`);
      return undefined;
    }
    return this.#follow(folder, path, file);
  }

  #follow(folder: Folder, path: string, link: string): Folder | undefined {
    const end = this.#endOf(path, link);
    if (end === undefined) return undefined;
    if (!isBelow(end, this.#root)) {
      throw locationError(
        this.#location,
        `the link ${shownText(path)} leads out of ${this.#location.path}, to ${shownText(end)}`,
        'Put a copy in the place of the link, or leave the link out.',
      );
    }
    const stats = this.#reading(path, () => statSync(end));
    if (stats.isFile()) this.#files.push(localFile(path, end, stats));
    if (!stats.isDirectory()) return undefined;
    const above = [...folder.above, folder.dir];
    if (above.includes(end)) return undefined;
    this.#countVisit(path, end);
    return { path: `${path}/`, dir: end, above };
  }

  #countVisit(path: string, end: string): void {
    const visits = (this.#visits.get(end) ?? 0) + 1;
    this.#visits.set(end, visits);
    if (visits <= MOST_VISITS) return;
    throw locationError(
      this.#location,
      `more than ${MOST_VISITS} links lead to the folder ${shownText(end)}, such as ${shownText(path)}`,
      'Remove links to folders that contain links to folders.',
    );
  }

  #endOf(path: string, link: string): string | undefined {
    try {
      return realpathSync(link);
    } catch (error) {
      if (!['ENOENT', 'ELOOP', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw this.#unreadable(path, error);
      this.#options.warn(`${shownText(path)} is a link that leads nowhere: not uploaded`);
      return undefined;
    }
  }

  #refuseName(shown: string): never {
    throw locationError(
      this.#location,
      `the name of ${shown} is not UTF-8, and S3 takes no other names`,
      'Rename it, such as with: convmv -f latin1 -t utf8 --notest -r FOLDER',
    );
  }

  #reading<Result>(path: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw this.#unreadable(path, error);
    }
  }

  #unreadable(path: string, error: unknown): Error {
    const what = path === '' ? this.#location.path : shownText(path);
    return locationError(
      this.#location,
      `${what} cannot be read: ${(error as Error).message}`,
      'Make it readable, or remove it.',
      error,
    );
  }
}

function isBelow(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`);
}
