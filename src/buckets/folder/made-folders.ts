import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { openBelow, openOnDevice } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { keyHash } from '../access/key-turns.ts';

/** Folders that a bucket has made for its objects: they go with the last of them. Folders of the user's stay. */
export class MadeFolders {
  readonly #dir: string;

  /** `dir`: a note for each folder. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens the folder at `path` below `root`; missing ones are made. The caller closes it, if it is not the root. @throws the system's error. */
  ensure(root: JobFolder, path: string): JobFolder {
    let folder = root;
    const names = path === '' ? [] : path.split('/');
    for (const [index, name] of names.entries()) {
      const above = folder;
      try {
        folder = this.#step(above, name, { root, path: names.slice(0, index + 1).join('/') });
      } finally {
        if (above !== root) above.close();
      }
    }
    return folder;
  }

  /** Removes the folder at `path` and those above it, as far as the bucket has made them, they are empty, and none is kept. */
  prune(root: JobFolder, path: string, isKept: (path: string) => boolean): void {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
      if (isKept(at) || !this.#isRemoved(root, at)) return;
    }
  }

  #step(above: JobFolder, name: string, at: { readonly root: JobFolder; readonly path: string }): JobFolder {
    try {
      return openOnDevice(above, rawName(name), at.root);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
    try {
      const folder = above.createFolder(rawName(name));
      this.#note(at.path, folder.id);
      return folder;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      return openOnDevice(above, rawName(name), at.root);
    }
  }

  #note(path: string, id: string): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeFileSync(this.#noteOf(path), id, { mode: 0o600 });
  }

  #isRemoved(root: JobFolder, path: string): boolean {
    const note = this.#noteOf(path);
    const id = readIfThere(note);
    if (id === undefined) return false;
    try {
      const folder = openBelow(root, path);
      folder.close();
      if (folder.id !== id) return false;
      const at = path.lastIndexOf('/');
      const above = at < 0 ? root : openBelow(root, path.slice(0, at));
      try {
        above.removeFolder(rawName(path.slice(at + 1)));
      } finally {
        if (above !== root) above.close();
      }
    } catch {
      // Not empty, or replaced meanwhile.
      return false;
    }
    rmSync(note, { force: true });
    return true;
  }

  #noteOf(path: string): string {
    return join(this.#dir, keyHash(path));
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
