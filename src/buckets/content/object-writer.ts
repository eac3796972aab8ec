import { closeSync, fstatSync, openSync } from 'node:fs';
import { systemErrorCode } from '../../errors/error.ts';
import type {
  Check,
  ObjectAttributes,
  ObjectWriter,
  OpenObject,
  PartAttributes,
  StoredObject,
  Upload,
  UploadedPart,
} from '../buckets.ts';
import { writeFailed } from '../errors.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import type { GrowingFile } from './growing-file.ts';
import { descriptorOf } from './open-content.ts';
import type { Place } from './place.ts';

/** How a file of this machine becomes the content of an object. */
export interface WriteFileOptions {
  /** Whether the file itself becomes the object's: it is not there any more, also if the object is not committed. */
  readonly isMoved: boolean;
  /** Called for each step with its bytes; throws to end the copy. */
  readonly onBytes?: (bytes: number) => void;
}

/** A writer of a bucket that is in the file system. */
export interface FileWriter extends ObjectWriter {
  /** Takes a regular file of this machine as the whole content: moved, cloned or copied. */
  writeFile(path: string, options: WriteFileOptions): Promise<void>;
}

/** Begins an object or a part in a bucket. */
export function objectWriter(place: Place, uploads: UploadStore): FileWriter {
  return new Writer(place, uploads);
}

class Writer implements FileWriter {
  readonly #place: Place;
  readonly #uploads: UploadStore;
  #file: GrowingFile | undefined;

  constructor(place: Place, uploads: UploadStore) {
    this.#place = place;
    this.#uploads = uploads;
    this.#file = place.newFile();
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#using((file) => file.write(chunk));
  }

  writeFrom(source: OpenObject, start: number, end: number): Promise<void> {
    return this.#using((file) => copyObject(source, start, end, file));
  }

  writeFile(path: string, options: WriteFileOptions): Promise<void> {
    return this.#using((file) => takeOrCopy(path, file, options));
  }

  commit(key: string, attributes: ObjectAttributes, check?: Check): Promise<StoredObject> {
    return this.#ending((file) => this.#place.commitObject(file, key, attributes, check));
  }

  commitPart(upload: Upload, number: number, part: PartAttributes): Promise<UploadedPart> {
    return this.#ending((file) => this.#uploads.commitPart(file, upload, number, part));
  }

  async discard(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.discard();
  }

  async #ending<Result>(end: (file: GrowingFile) => Promise<Result>): Promise<Result> {
    const result = await this.#using(end);
    this.#file = undefined;
    return result;
  }

  async #using<Result>(action: (file: GrowingFile) => Promise<Result>): Promise<Result> {
    if (this.#file === undefined) throw new Error('the writer has ended');
    return await asWriteFailure(this.#place.bucket, this.#file.path, () => action(this.#file as GrowingFile));
  }
}

/** Runs a step of writing. @throws OptmlError DISK_WRITE_FAILED for errors of the system; what else `action` throws. */
export async function asWriteFailure<Result>(
  bucket: string,
  where: string,
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw systemErrorCode(error)?.startsWith('E') ? writeFailed(error, bucket, where) : error;
  }
}

async function copyObject(source: OpenObject, start: number, end: number, file: GrowingFile): Promise<void> {
  const descriptor = descriptorOf(source);
  if (descriptor !== undefined) await file.copyFrom(descriptor, start, end);
  else for await (const chunk of source.read(start, end)) await file.write(chunk);
}

async function takeOrCopy(path: string, file: GrowingFile, { isMoved, onBytes }: WriteFileOptions): Promise<void> {
  if (isMoved) {
    try {
      file.take(path);
      onBytes?.(file.size);
      return;
    } catch (error) {
      if (systemErrorCode(error) !== 'EXDEV') throw error;
    }
  }
  const descriptor = openSync(path, 'r');
  try {
    await file.copyFrom(descriptor, 0, fstatSync(descriptor).size, onBytes);
  } finally {
    closeSync(descriptor);
  }
}
