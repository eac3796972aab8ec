import { mkdirSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { pauses } from '../../job-tree/pauses.ts';
import { keyHash } from '../access/key-turns.ts';
import type { StoredObject } from '../buckets.ts';
import { isNoFile } from '../content/own-file.ts';
import { GoneError } from '../errors.ts';
import { openKept, readKeptFile } from './kept-file.ts';
import { objectIn } from './kept-object.ts';

/** The files of a bucket's objects: named by the hashes of their keys, in 256 folders. */
export class ObjectFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @throws the system's error. */
  head(key: string): StoredObject | undefined {
    const file = readKeptFile(this.pathOf(key));
    return file && objectIn(file);
  }

  /** Opens an object's file. The caller closes the descriptor. @throws the system's error. */
  open(key: string): { readonly descriptor: number; readonly object: StoredObject } | undefined {
    const file = openKept(this.pathOf(key));
    const object = file && objectIn(file);
    return object && { descriptor: file.descriptor, object };
  }

  /** Moves a complete file to its key. @throws GoneError; the system's error. */
  put(path: string, key: string): void {
    const target = this.pathOf(key);
    try {
      renameSync(path, target);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      this.#makeFolder(dirname(target));
      renameSync(path, target);
    }
  }

  /** @throws the system's error: ENOENT if there is none. */
  remove(key: string): void {
    unlinkSync(this.pathOf(key));
  }

  pathOf(key: string): string {
    const hash = keyHash(key);
    return join(this.#dir, hash.slice(0, 2), hash.slice(2));
  }

  /** Calls `visit` with each object, in any order, and lets other work go on between: not between reading one and the call. */
  async each(visit: (object: StoredObject) => void): Promise<void> {
    const pause = pauses();
    for (const path of this.#paths()) {
      const file = readKeptFile(path);
      const object = file && objectIn(file);
      if (object !== undefined) visit(object);
      await pause();
    }
  }

  isEmpty(): boolean {
    return this.#paths().next().done === true;
  }

  *#paths(): Generator<string> {
    for (const folder of readdirSync(this.#dir)) {
      for (const name of namesIn(join(this.#dir, folder))) yield join(this.#dir, folder, name);
    }
  }

  #makeFolder(folder: string): void {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT') throw new GoneError('bucket');
      if (code !== 'EEXIST') throw error;
    }
  }
}

/** Another program may have put a file there, or removed the folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isNoFile(error)) return [];
    throw error;
  }
}
