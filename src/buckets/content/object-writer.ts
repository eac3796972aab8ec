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

/** Begins an object or a part in a bucket. */
export function objectWriter(place: Place, uploads: UploadStore): ObjectWriter {
  return new Writer(place, uploads);
}

class Writer implements ObjectWriter {
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
