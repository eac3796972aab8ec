import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { syncToDisk } from '../../files/sync-to-disk.ts';
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
import { GoneError } from '../errors.ts';
import { keyLengthProblem } from '../key-length.ts';
import type { OpenedStore } from '../opened-store.ts';
import { UploadStore } from '../uploads/upload-store.ts';
import { type BucketHead, removeLeftovers } from './bucket-folder.ts';
import { newObject, objectTrailer } from './kept-object.ts';
import { ObjectFiles } from './object-files.ts';
import { ObjectList } from './object-list.ts';

/** A bucket whose objects are files of optml's own form, in the folder `dir`. */
export class ObjectBucket implements Bucket, Place {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly uploads: UploadStore;
  readonly #dir: string;
  readonly #store: OpenedStore;
  readonly #files: ObjectFiles;
  readonly #turns: KeyTurns;
  readonly #list: ObjectList;
  #isRemoved = false;

  constructor(name: string, dir: string, { region, createdAt }: BucketHead, store: OpenedStore) {
    this.name = name;
    this.region = region;
    this.createdAt = createdAt;
    this.#dir = dir;
    this.#store = store;
    this.#files = new ObjectFiles(join(dir, 'objects'));
    this.#turns = new KeyTurns(dir, store.role, store.newName);
    this.#list = new ObjectList(this.#files, this.#turns, store.role);
    this.uploads = new UploadStore(
      { dir: join(dir, 'uploads'), partialDir: this.#partialDir, newName: store.newName },
      this,
    );
  }

  get bucket(): string {
    return this.name;
  }

  get isDurable(): boolean {
    return this.#store.isDurable;
  }

  keyProblem(key: string): string | undefined {
    return keyLengthProblem(key);
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
    const found = this.#files.open(key);
    if (found === undefined) return false;
    const { object } = found;
    const source = openContent(object, found.descriptor, this.#store.budget);
    const file = this.newFile();
    try {
      return await asWriteFailure(this.name, this.#dir, async () => {
        await file.copyFrom(found.descriptor, 0, object.size);
        await file.finish(objectTrailer({ ...object, tags }));
        // Of an object that was replaced meanwhile the tags are those that it came with.
        await this.#replace(file, key, (current) => current !== undefined && isSame(current, object));
        return true;
      });
    } finally {
      await source.close();
      await file.discard();
    }
  }

  async delete(key: string, check?: Check): Promise<StoredObject | undefined> {
    return await asWriteFailure(this.name, this.#dir, async () => {
      const deleted = await this.#turns.run(key, check !== undefined, () => {
        const current = this.#files.head(key);
        check?.(current);
        if (current === undefined) return undefined;
        removeIfThere(this.#files, key);
        this.#list.delete(key);
        return current;
      });
      if (deleted !== undefined) await this.#sync(key);
      return deleted;
    });
  }

  entries(query: ListQuery): AsyncIterable<ListEntry> {
    return this.#list.entries(query);
  }

  newFile(): GrowingFile {
    const { budget, isDurable, newName } = this.#store;
    return new GrowingFile({ path: join(this.#partialDir, newName()), mode: 0o600, isDurable, budget });
  }

  async commitObject(
    file: GrowingFile,
    key: string,
    attributes: ObjectAttributes,
    check?: Check,
  ): Promise<StoredObject> {
    const object = newObject(key, file.size, attributes);
    await this.#orGone(() => file.finish(objectTrailer(object)));
    await this.#turns.run(key, check !== undefined, () => {
      check?.(this.#files.head(key));
      this.#put(file, object);
    });
    await this.#sync(key);
    return object;
  }

  /** Removes what killed processes have left. */
  removeLeftovers(): void {
    removeLeftovers(this.#partialDir);
  }

  /** Removes the bucket by `remove`, which moves its folder away, if nothing is in it. */
  removeIfEmpty(remove: () => void): boolean {
    if (!this.#files.isEmpty() || !this.uploads.isEmpty()) return false;
    this.#isRemoved = true;
    remove();
    return true;
  }

  async #replace(
    file: GrowingFile,
    key: string,
    isStill: (current: StoredObject | undefined) => boolean,
  ): Promise<void> {
    await this.#turns.run(key, true, () => {
      const current = this.#files.head(key);
      if (current !== undefined && isStill(current)) this.#files.put(file.path, key);
    });
    await this.#sync(key);
  }

  #put(file: GrowingFile, object: StoredObject): void {
    if (this.#isRemoved) throw new GoneError('bucket');
    this.#files.put(file.path, object.key);
    this.#list.set(object);
  }

  async #sync(key: string): Promise<void> {
    if (!this.isDurable) return;
    const folder = dirname(this.#files.pathOf(key));
    await syncToDisk(folder);
    // The folder itself may be new.
    await syncToDisk(dirname(folder));
  }

  async #orGone<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT' && !existsSync(this.#partialDir)) throw new GoneError('bucket');
      throw error;
    }
  }

  get #partialDir(): string {
    return join(this.#dir, 'partial');
  }
}

function isSame(one: StoredObject, other: StoredObject): boolean {
  return one.etag === other.etag && +one.modifiedAt === +other.modifiedAt && one.size === other.size;
}

function removeIfThere(files: ObjectFiles, key: string): void {
  try {
    files.remove(key);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
