import { constants, mkdirSync, promises, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { syncToDisk } from '../../files/sync-to-disk.ts';
import { pauses } from '../../job-tree/pauses.ts';
import { KeyTurns } from '../access/key-turns.ts';
import type {
  Bucket,
  Check,
  ListEntry,
  ListQuery,
  ObjectAttributes,
  ObjectTags,
  OpenObject,
  StoredObject,
} from '../buckets.ts';
import { GrowingFile } from '../content/growing-file.ts';
import { asWriteFailure, type FileWriter, objectWriter } from '../content/object-writer.ts';
import { openContent } from '../content/open-content.ts';
import type { Place } from '../content/place.ts';
import { rollUp } from '../listing/roll-up.ts';
import type { OpenedStore } from '../opened-store.ts';
import { removeLeftovers } from '../store/bucket-folder.ts';
import { UploadStore } from '../uploads/upload-store.ts';
import { FolderFiles } from './folder-files.ts';
import { FolderKeys } from './folder-keys.ts';
import { FolderNames } from './folder-names.ts';
import { HIDDEN_START, keyPath } from './key-path.ts';
import { MadeFolders } from './made-folders.ts';
import { Sidecars } from './sidecars.ts';

/** Where a bucket of plain files is. */
export interface FolderPlace {
  readonly name: string;
  readonly region: string;
  /** The folder of files, absolute. */
  readonly dir: string;
  /** What optml keeps of it: attributes, uploads, unfinished files. */
  readonly dataDir: string;
}

/** A bucket whose objects are the files of a folder, which other programs read and change too. */
export class FolderBucket implements Bucket, Place {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly uploads: UploadStore;
  readonly #place: FolderPlace;
  readonly #store: OpenedStore;
  readonly #files: FolderFiles;
  readonly #turns: KeyTurns;
  readonly #names = new FolderNames();

  constructor(place: FolderPlace, store: OpenedStore) {
    const { name, region, dir, dataDir } = place;
    this.name = name;
    this.region = region;
    this.createdAt = statSync(dir).birthtime;
    this.#place = place;
    this.#store = store;
    const sidecars = new Sidecars(join(dataDir, 'sidecars'), store.isDurable);
    this.#files = new FolderFiles(dir, sidecars, new MadeFolders(join(dataDir, 'made')));
    this.#turns = new KeyTurns(dataDir, store.role, store.newName);
    for (const folder of ['uploads', 'partial']) mkdirSync(join(dataDir, folder), { recursive: true, mode: 0o700 });
    const uploads = { dir: join(dataDir, 'uploads'), partialDir: join(dataDir, 'partial'), newName: store.newName };
    this.uploads = new UploadStore(uploads, this);
  }

  get bucket(): string {
    return this.name;
  }

  get isDurable(): boolean {
    return this.#store.isDurable;
  }

  keyProblem(key: string): string | undefined {
    return this.#files.problem(key);
  }

  async head(key: string): Promise<StoredObject | undefined> {
    return this.#files.head(key);
  }

  async open(key: string): Promise<OpenObject | undefined> {
    const file = this.#files.open(key);
    return file && openContent(file.object, file.descriptor, this.#store.budget);
  }

  async write(): Promise<FileWriter> {
    return objectWriter(this, this.uploads);
  }

  async setTags(key: string, tags: ObjectTags): Promise<boolean> {
    return await asWriteFailure(this.name, this.#place.dir, () =>
      this.#turns.run(key, true, () => {
        const object = this.#files.head(key);
        return object !== undefined && this.#files.setAttributes(object, { ...object, tags });
      }),
    );
  }

  async delete(key: string, check?: Check): Promise<StoredObject | undefined> {
    return await asWriteFailure(this.name, this.#place.dir, () =>
      this.#turns.run(key, check !== undefined, () => {
        const current = this.#files.head(key);
        check?.(current);
        if (current !== undefined) this.#files.remove(key);
        return current;
      }),
    );
  }

  async *entries(query: ListQuery): AsyncGenerator<ListEntry> {
    const root = this.#files.openRoot();
    const keys = new FolderKeys({
      root,
      names: this.#names,
      objectOf: (key, stats) => this.#files.objectOf(key, stats),
      markerOf: (key) => this.#files.markerOf(root, key),
    });
    const pause = pauses();
    try {
      for (const entry of rollUp(keys, query)) {
        yield entry;
        await pause();
      }
    } finally {
      keys.close();
      root.close();
    }
  }

  /** Removes what killed processes have left. */
  removeLeftovers(): void {
    removeLeftovers(join(this.#place.dataDir, 'partial'));
    removeLeftovers(this.#place.dir, HIDDEN_START);
  }

  newFile(): GrowingFile {
    const { budget, isDurable, newName } = this.#store;
    const path = join(this.#place.dataDir, 'partial', newName());
    return new GrowingFile({ path, mode: 0o666, isDurable, budget });
  }

  async commitObject(
    file: GrowingFile,
    key: string,
    attributes: ObjectAttributes,
    check?: Check,
  ): Promise<StoredObject> {
    await file.finish(undefined);
    const commit = (path: string) => this.#put({ path, key, size: file.size }, attributes, check);
    try {
      return await commit(file.path);
    } catch (error) {
      if (systemErrorCode(error) !== 'EXDEV') throw error;
    }
    // The folder is on another file system than optml's own data.
    const copy = join(this.#place.dir, HIDDEN_START + this.#store.newName());
    try {
      await promises.copyFile(file.path, copy, constants.COPYFILE_EXCL);
      if (this.isDurable) await syncToDisk(copy);
      return await commit(copy);
    } finally {
      rmSync(copy, { force: true });
      await file.discard();
    }
  }

  async #put(
    { path, key, size }: { readonly path: string; readonly key: string; readonly size: number },
    attributes: ObjectAttributes,
    check?: Check,
  ): Promise<StoredObject> {
    const object = await this.#turns.run(key, check !== undefined, () => {
      check?.(this.#files.head(key));
      this.#files.put(path, key, attributes);
      // Another program may have removed it again.
      return this.#files.head(key);
    });
    if (this.isDurable) await syncToDisk(join(this.#place.dir, keyPath(key).folder));
    return object ?? { key, size, modifiedAt: new Date(), ...attributes };
  }
}
