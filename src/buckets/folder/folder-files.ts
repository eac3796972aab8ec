import { closeSync, fstatSync, lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { openBelow, openFileBelow } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import type { ObjectAttributes, StoredObject } from '../buckets.ts';
import { GoneError, KeyError } from '../errors.ts';
import { keyPath, pathProblem } from './key-path.ts';
import type { MadeFolders } from './made-folders.ts';
import type { FileState, Sidecars } from './sidecars.ts';

/** Errors of a path that leads to no file: a name on the way is missing, a file, a link or a mount. */
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV', 'EINVAL', 'ENAMETOOLONG'];

/** The objects in a folder of plain files. Each call opens the folder again: another program may have replaced it. */
export class FolderFiles {
  readonly #dir: string;
  readonly #sidecars: Sidecars;
  readonly #made: MadeFolders;

  constructor(dir: string, sidecars: Sidecars, made: MadeFolders) {
    this.#dir = dir;
    this.#sidecars = sidecars;
    this.#made = made;
  }

  /** Opens the folder. The caller closes it. @throws GoneError if another program has removed it; the system's error. */
  openRoot(): JobFolder {
    try {
      return JobFolder.openFollowing(this.#dir);
    } catch (error) {
      throw ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '') ? new GoneError('bucket') : error;
    }
  }

  /** Runs `action` with the folder open. @throws as {@link openRoot}. */
  withRoot<Result>(action: (root: JobFolder) => Result): Result {
    const root = this.openRoot();
    try {
      return action(root);
    } finally {
      root.close();
    }
  }

  head(key: string): StoredObject | undefined {
    return this.withRoot((root) => {
      const state = stateOf(root, key);
      return state && this.#objectIn(key, state);
    });
  }

  /** Opens an object's file. The caller closes the descriptor. @throws the system's error. */
  open(key: string): { readonly descriptor: number; readonly object: StoredObject } | undefined {
    const descriptor = this.#openFile(key);
    if (descriptor === undefined) return undefined;
    const state = key.endsWith('/') ? markerState(fstatSync(descriptor)) : fstatSync(descriptor);
    const object = this.#objectIn(key, state);
    if (object === undefined) closeSync(descriptor);
    return object && { descriptor, object };
  }

  /** Why the key can hold no object beside those that are there. */
  problem(key: string): string | undefined {
    return pathProblem(key) ?? this.withRoot((root) => placeProblem(root, key));
  }

  /** Moves a complete file to its key. @throws KeyError; the system's error: EXDEV if it is on another file system. */
  put(path: string, key: string, attributes: ObjectAttributes): void {
    const problem = this.problem(key);
    if (problem !== undefined) throw new KeyError(problem);
    this.withRoot((root) => {
      const { folder, name } = keyPath(key);
      if (name === '') return this.#putMarker(root, { path, key, folder }, attributes);
      this.#within(root, folder, (parent) => {
        this.#sidecars.write(key, lstatSync(path), attributes, stateOf(root, key));
        removeEmptyFolder(parent, name);
        withFolder(dirname(path), (from) =>
          from.moveTo(rawName(path.slice(dirname(path).length + 1)), parent, rawName(name)),
        );
      });
    });
  }

  /** Replaces the attributes of an object that is there. False if it is another one than `object` by now. */
  setAttributes(object: StoredObject, attributes: ObjectAttributes): boolean {
    return this.withRoot((root) => {
      const state = stateOf(root, object.key);
      if (state === undefined || this.#objectIn(object.key, state)?.etag !== object.etag) return false;
      this.#sidecars.write(object.key, state, attributes);
      return true;
    });
  }

  /** Removes an object that is there, and the folders that were made for it. @throws the system's error. */
  remove(key: string): void {
    this.withRoot((root) => {
      const { folder, name } = keyPath(key);
      if (name !== '') this.#within(root, folder, (parent) => parent.removeFile(rawName(name)));
      this.#sidecars.remove(key);
      this.#made.prune(root, folder, (path) => this.markerOf(root, `${path}/`) !== undefined);
    });
  }

  /** The object that stands for a folder; `key` ends with a slash. */
  markerOf(root: JobFolder, key: string): StoredObject | undefined {
    const state = stateOf(root, key);
    return state && this.#objectIn(key, state);
  }

  objectOf(key: string, stats: Stats): StoredObject {
    return this.#sidecars.objectOf(key, stats);
  }

  #objectIn(key: string, state: FileState): StoredObject | undefined {
    // A folder is an object only if one was written for it.
    if (key.endsWith('/') && this.#sidecars.find(key, state) === undefined) return undefined;
    return this.#sidecars.objectOf(key, state);
  }

  #openFile(key: string): number | undefined {
    if (pathProblem(key) !== undefined) return undefined;
    return orNothing(() =>
      this.withRoot((root) => {
        if (!key.endsWith('/')) return openFileBelow(root, key);
        // The descriptor of a folder has no content.
        return openBelow(root, key.slice(0, -1)).descriptor;
      }),
    );
  }

  #putMarker(
    root: JobFolder,
    { path, key, folder }: { readonly path: string; readonly key: string; readonly folder: string },
    attributes: ObjectAttributes,
  ): void {
    if (lstatSync(path).size > 0) {
      throw new KeyError(
        'This bucket is a folder of files: an object whose key ends with a slash cannot have content.',
      );
    }
    this.#within(root, folder, (made) => this.#sidecars.write(key, markerState(made.stats), attributes));
  }

  #within(root: JobFolder, path: string, action: (folder: JobFolder) => void): void {
    const folder = this.#made.ensure(root, path);
    try {
      action(folder);
    } finally {
      if (folder !== root) folder.close();
    }
  }
}

/** The state of a key's file or folder; undefined if there is none. */
function stateOf(root: JobFolder, key: string): FileState | undefined {
  if (pathProblem(key) !== undefined) return undefined;
  const { folder, name } = keyPath(key);
  return orNothing(() => {
    const parent = folder === '' ? root : openBelow(root, folder);
    try {
      if (name === '') return markerState(parent.stats);
      const stats = parent.lstat(rawName(name));
      return stats?.isFile() ? stats : undefined;
    } finally {
      if (parent !== root) parent.close();
    }
  });
}

/** Of a folder only its number stays the same when files come and go. */
function markerState({ ino, mtime }: Stats): FileState {
  return { ino, mtime, mtimeMs: 0, size: 0 };
}

function placeProblem(root: JobFolder, key: string): string | undefined {
  const names = (key.endsWith('/') ? key.slice(0, -1) : key).split('/');
  let folder = root;
  try {
    for (const [index, name] of names.entries()) {
      const stats = folder.lstat(rawName(name));
      if (stats === undefined) return undefined;
      const isFolder = index < names.length - 1 || key.endsWith('/');
      const path = names.slice(0, index + 1).join('/');
      if (isFolder && !stats.isDirectory())
        return `This bucket is a folder of files, and "${path}" is no folder in it.`;
      if (!isFolder) return fileProblem(folder, name, stats, path);
      const above = folder;
      folder = above.openFolder(rawName(name));
      if (above !== root) above.close();
    }
    return undefined;
  } catch (error) {
    if (NO_FILE.includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  } finally {
    if (folder !== root) folder.close();
  }
}

function fileProblem(parent: JobFolder, name: string, stats: Stats, path: string): string | undefined {
  if (stats.isFile()) return undefined;
  const isEmpty =
    stats.isDirectory() && withOpened(parent.openFolder(rawName(name)), (folder) => folder.names().length === 0);
  return isEmpty ? undefined : `This bucket is a folder of files, and "${path}" is a folder or no regular file in it.`;
}

/** An empty folder is no object: a file may take its place. */
function removeEmptyFolder(parent: JobFolder, name: string): void {
  if (parent.lstat(rawName(name))?.isDirectory()) parent.removeFolder(rawName(name));
}

function withFolder<Result>(dir: string, action: (folder: JobFolder) => Result): Result {
  return withOpened(JobFolder.openFollowing(dir), action);
}

function withOpened<Result>(folder: JobFolder, action: (folder: JobFolder) => Result): Result {
  try {
    return action(folder);
  } finally {
    folder.close();
  }
}

function orNothing<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (NO_FILE.includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}
