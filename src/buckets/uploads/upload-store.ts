import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, promises, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../errors/error.ts';
import { syncToDisk } from '../../files/sync-to-disk.ts';
import { pauses } from '../../job-tree/pauses.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { isObject, readJson } from '../../json/read-value.ts';
import type {
  Check,
  ObjectAttributes,
  PartAttributes,
  StoredObject,
  Upload,
  UploadAttributes,
  UploadedPart,
  Uploads,
} from '../buckets.ts';
import type { GrowingFile } from '../content/growing-file.ts';
import { asWriteFailure } from '../content/object-writer.ts';
import { readOwnFile } from '../content/own-file.ts';
import type { Place } from '../content/place.ts';
import { GoneError } from '../errors.ts';
import { compareRaw } from '../listing/order.ts';
import { type KeptFile, openKept, readKeptFile, trailerOf } from '../store/kept-file.ts';

const HEAD = 'upload.json';
const ID = /^[0-9a-f]{32}$/;
const PART = /^\d{5}$/;

/** What is kept with a part's content. */
interface KeptPart extends PartAttributes {
  readonly version: 1;
  readonly modifiedMs: number;
}

/** Folders of unfinished uploads, in a folder that belongs to optml. */
export interface UploadFolders {
  /** A folder for each upload. */
  readonly dir: string;
  /** For folders that are being made or removed, on the same file system. */
  readonly partialDir: string;
  readonly newName: () => string;
}

/** Unfinished uploads: a folder each, with a file for each part. */
export class UploadStore implements Uploads {
  readonly #folders: UploadFolders;
  readonly #place: Place;

  constructor(folders: UploadFolders, place: Place) {
    this.#folders = folders;
    this.#place = place;
  }

  async begin(key: string, { headers, userMetadata, tags, checksum }: UploadAttributes): Promise<Upload> {
    const id = randomBytes(16).toString('hex');
    const upload: Upload = { id, key, startedAt: new Date(), headers, userMetadata, tags, checksum };
    const draft = join(this.#folders.partialDir, this.#folders.newName());
    await this.#writing(async () => {
      try {
        mkdirSync(draft, { mode: 0o700 });
        writeFileSync(join(draft, HEAD), JSON.stringify(upload), { flush: this.#place.isDurable, mode: 0o600 });
        renameSync(draft, this.#dirOf(id));
      } catch (error) {
        rmSync(draft, { recursive: true, force: true });
        throw error;
      }
      await this.#sync(this.#folders.dir);
    });
    return upload;
  }

  async find(key: string, id: string): Promise<Upload | undefined> {
    const upload = this.#read(id);
    return upload?.key === key ? upload : undefined;
  }

  async list(): Promise<readonly Upload[]> {
    const uploads = readdirSync(this.#folders.dir).flatMap((id) => this.#read(id) ?? []);
    return uploads
      .map((upload) => ({ upload, raw: rawName(upload.key) }))
      .sort((one, other) => compareRaw(one.raw, other.raw) || +one.upload.startedAt - +other.upload.startedAt)
      .map(({ upload }) => upload);
  }

  async parts({ id }: Upload): Promise<readonly UploadedPart[]> {
    const pause = pauses();
    const parts: UploadedPart[] = [];
    for (const name of this.#partNames(id)) {
      const file = readKeptFile(join(this.#dirOf(id), name));
      if (file !== undefined) parts.push(partIn(Number(name), file));
      await pause();
    }
    return parts;
  }

  /** Makes a written file a part. @throws GoneError for an upload that has ended; the system's error. */
  async commitPart(file: GrowingFile, { id }: Upload, number: number, part: PartAttributes): Promise<UploadedPart> {
    const modifiedAt = new Date();
    const { etag, checksum } = part;
    const { size } = file;
    const kept: KeptPart = { version: 1, modifiedMs: modifiedAt.getTime(), etag, checksum };
    await file.finish(trailerOf(kept));
    const dir = this.#dirOf(id);
    orGone('upload', () => renameSync(file.path, join(dir, partName(number))));
    await this.#sync(dir);
    return { number, size, modifiedAt, etag, checksum };
  }

  async complete(
    upload: Upload,
    parts: readonly UploadedPart[],
    attributes: ObjectAttributes,
    check?: Check,
  ): Promise<StoredObject> {
    const file = this.#place.newFile();
    try {
      return await this.#writing(async () => {
        for (const part of parts) await this.#append(upload, part, file);
        const object = await this.#place.commitObject(file, upload.key, attributes, (current) => {
          if (this.#read(upload.id) === undefined) throw new GoneError('upload');
          check?.(current);
        });
        await this.#remove(upload.id);
        return object;
      });
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  async abort({ id }: Upload): Promise<void> {
    await this.#writing(() => this.#remove(id));
  }

  /** Removes the uploads that were begun before `time`. */
  async removeOlder(time: Date): Promise<void> {
    for (const upload of await this.list()) if (upload.startedAt < time) await this.abort(upload);
  }

  /** Whether there are none. */
  isEmpty(): boolean {
    return readdirSync(this.#folders.dir).length === 0;
  }

  async #append({ id }: Upload, part: UploadedPart, file: GrowingFile): Promise<void> {
    const kept = openKept(join(this.#dirOf(id), partName(part.number)));
    if (kept === undefined) throw new GoneError(this.#read(id) === undefined ? 'upload' : 'part');
    try {
      // It was uploaded once more since it was listed.
      if (partIn(part.number, kept).etag !== part.etag) throw new GoneError('part');
      await file.copyFrom(kept.descriptor, 0, kept.size);
    } finally {
      closeSync(kept.descriptor);
    }
  }

  async #remove(id: string): Promise<void> {
    const removed = join(this.#folders.partialDir, this.#folders.newName());
    if (!isMoved(this.#dirOf(id), removed)) return;
    await this.#sync(this.#folders.dir);
    await promises.rm(removed, { recursive: true, force: true });
  }

  #read(id: string): Upload | undefined {
    if (!ID.test(id)) return undefined;
    const upload = readJson(readOwnFile(join(this.#dirOf(id), HEAD)) ?? '') as Upload | undefined;
    if (!isObject(upload) || typeof upload.key !== 'string') return undefined;
    return { ...upload, checksum: upload.checksum, startedAt: new Date(upload.startedAt) };
  }

  #partNames(id: string): readonly string[] {
    return orGone('upload', () => readdirSync(this.#dirOf(id)))
      .filter((name) => PART.test(name))
      .sort();
  }

  #dirOf(id: string): string {
    return join(this.#folders.dir, id);
  }

  #writing<Result>(action: () => Promise<Result>): Promise<Result> {
    return asWriteFailure(this.#place.bucket, this.#folders.dir, action);
  }

  async #sync(dir: string): Promise<void> {
    if (this.#place.isDurable) await syncToDisk(dir);
  }
}

function partIn(number: number, { size, kept }: Omit<KeptFile, 'descriptor'>): UploadedPart {
  const { modifiedMs, etag, checksum } = kept as KeptPart;
  return { number, size, etag, checksum, modifiedAt: new Date(modifiedMs) };
}

function partName(number: number): string {
  return String(number).padStart(5, '0');
}

function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function orGone<Result>(what: GoneError['what'], action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw isGone(error) ? new GoneError(what) : error;
  }
}

function isGone(error: unknown): boolean {
  return systemErrorCode(error) === 'ENOENT';
}
