import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, promises } from 'node:fs';
import { withScope } from '../concurrency/scope.ts';
import { type S3Location, s3Uri } from '../contract/location.ts';
import { isDiskFull, isOptmlError, OptmlError } from '../errors/error.ts';
import { makeWhole } from '../files/make-whole.ts';
import { downloadFolder } from '../storage/download/download-prefix.ts';
import type {
  ObjectStorage,
  StoredObject,
  TransferOptions,
  Transferred,
  UploadOptions,
} from '../storage/object-storage.ts';
import type { ObjectAttributes, OpenObject } from './buckets.ts';
import { GrowingFile } from './content/growing-file.ts';
import { MemoryBudget } from './content/memory-budget.ts';
import { descriptorOf } from './content/open-content.ts';
import { GoneError, KeyError } from './errors.ts';
import { type FileBucket, type GuestBuckets, guestBuckets } from './guest-buckets.ts';

/** Files that are copied at the same time. */
const AT_ONCE = 4;
/** Larger objects get an ETag that is no MD5, as objects of several parts have: their content need not be read for it. */
const MOST_HASHED_BYTES = 16 << 20;

/**
 * The storage of a job whose data may be in buckets of this machine: those in the data folder `dataDir` are read and written
 * directly, whether or not an endpoint serves them. All others are left to `openOther`, which is called when one is needed.
 */
export function bucketStorage(dataDir: string, openOther: () => Promise<ObjectStorage>): ObjectStorage {
  const buckets = guestBuckets(dataDir);
  const of = async (bucket: string) => (buckets.find(bucket) === undefined ? await openOther() : localStorage(buckets));
  return {
    checkBucket: async (bucket, options) => (await of(bucket)).checkBucket(bucket, options),
    objectBytes: async (location, options) => (await of(location.bucket)).objectBytes(location, options),
    downloadObject: async (location, file, options) =>
      (await of(location.bucket)).downloadObject(location, file, options),
    downloadPrefix: async (location, dir, options) =>
      (await of(location.bucket)).downloadPrefix(location, dir, options),
    uploadFile: async (file, location, options) => (await of(location.bucket)).uploadFile(file, location, options),
    listObjects: async function* (location, options) {
      yield* (await of(location.bucket)).listObjects(location, options);
    },
    readObject: async function* (location, options) {
      yield* (await of(location.bucket)).readObject(location, options);
    },
    deleteObject: async (location, options) => (await of(location.bucket)).deleteObject(location, options),
    // The other storage belongs to its opener.
    close: () => undefined,
  };
}

function localStorage(buckets: GuestBuckets): ObjectStorage {
  const at = ({ bucket: name }: S3Location): FileBucket => {
    const bucket = buckets.find(name);
    if (bucket === undefined) throw new GoneError('bucket');
    return bucket;
  };
  return {
    checkBucket: async () => undefined,
    objectBytes: (location) => explained(location, async () => (await at(location).head(location.key))?.size),
    downloadObject: (location, file, options) =>
      explained(location, async () => ({ objects: 1, bytes: await download(at(location), location, file, options) })),
    downloadPrefix: (location, dir, options) => downloadBelow(at(location), location, dir, options),
    uploadFile: (file, location, options) => explained(location, () => upload(at(location), location, file, options)),
    listObjects: (location, options) => listObjects(at(location), location, options),
    readObject: (location, options) => readObject(at(location), location, options),
    deleteObject: (location) => explained(location, async () => void (await at(location).delete(location.key))),
    close: () => undefined,
  };
}

async function* listObjects(
  bucket: FileBucket,
  { key: prefix }: S3Location,
  options?: TransferOptions,
): AsyncGenerator<StoredObject> {
  for await (const entry of bucket.entries({ prefix })) {
    options?.signal?.throwIfAborted();
    if (entry.kind !== 'object') continue;
    const { key, size, modifiedAt } = entry.object;
    yield { key, bytes: size, writtenMs: modifiedAt.getTime() };
  }
}

async function* readObject(
  bucket: FileBucket,
  location: S3Location,
  options?: TransferOptions,
): AsyncGenerator<Buffer> {
  const object = await opened(bucket, location);
  for await (const chunk of object.read() as AsyncIterable<Buffer>) {
    options?.signal?.throwIfAborted();
    options?.onBytes?.(chunk.length);
    yield chunk;
  }
}

function downloadBelow(
  bucket: FileBucket,
  location: S3Location,
  dir: string,
  options: TransferOptions = {},
): Promise<Transferred> {
  return withScope(options.signal, ({ signal }) =>
    downloadFolder(
      {
        location,
        signal,
        atOnce: AT_ONCE,
        list: (inScope) => listObjects(bucket, location, { signal: inScope }),
        save: ({ key }, file, inScope) => download(bucket, { ...location, key }, file, { ...options, signal: inScope }),
        exists: async ({ key }) => (await bucket.head(key)) !== undefined,
      },
      dir,
    ),
  );
}

/** Clones or copies an object to `file`. Returns its size. */
async function download(
  bucket: FileBucket,
  location: S3Location,
  file: string,
  { signal, onBytes }: TransferOptions = {},
): Promise<number> {
  const object = await opened(bucket, location);
  try {
    const copy = (partial: string) =>
      copyTo(partial, object, (bytes) => {
        signal?.throwIfAborted();
        onBytes?.(bytes);
      });
    await makeWhole(file, copy, { signal, isNameDurable: false });
    return object.size;
  } catch (error) {
    signal?.throwIfAborted();
    throw cannotWrite(error, location, file);
  } finally {
    await object.close();
  }
}

async function copyTo(path: string, object: OpenObject, onBytes: (bytes: number) => void): Promise<void> {
  const file = new GrowingFile({ path, mode: 0o666, isDurable: false, budget: new MemoryBudget() });
  try {
    await file.copyFrom(descriptorOf(object) as number, 0, object.size, onBytes);
    await file.finish(undefined);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function upload(
  bucket: FileBucket,
  { key }: S3Location,
  file: string,
  { signal, onBytes, isMoved = false }: UploadOptions = {},
): Promise<Transferred> {
  const etag = await etagOf(file);
  signal?.throwIfAborted();
  const writer = await bucket.write();
  try {
    await writer.writeFile(file, {
      isMoved,
      onBytes: (bytes) => {
        signal?.throwIfAborted();
        onBytes?.(bytes);
      },
    });
    const { size } = await writer.commit(key, { ...PLAIN, etag });
    return { objects: 1, bytes: size };
  } finally {
    await writer.discard();
  }
}

const PLAIN: Omit<ObjectAttributes, 'etag'> = {
  checksum: undefined,
  headers: {},
  userMetadata: {},
  tags: [],
  parts: undefined,
};

async function etagOf(file: string): Promise<string> {
  const { size } = await promises.stat(file);
  if (size > MOST_HASHED_BYTES) return `${randomBytes(16).toString('hex')}-1`;
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function opened(bucket: FileBucket, location: S3Location): Promise<OpenObject> {
  const object = await bucket.open(location.key);
  if (object !== undefined) return object;
  throw new OptmlError('S3_NOT_FOUND', `there is no object ${s3Uri(location)}`, {
    where: s3Uri(location),
    fix: 'Check the key: names in S3 are case-sensitive.',
  });
}

async function explained<Result>(location: S3Location, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GoneError) {
      throw new OptmlError('S3_NOT_FOUND', `there is no bucket ${location.bucket} any more`, {
        where: s3Uri(location),
        fix: 'Create the bucket again, then start the job again.',
        cause: error,
      });
    }
    if (error instanceof KeyError) {
      throw new OptmlError('S3_REFUSED', `cannot write ${s3Uri(location)}: ${error.message}`, {
        where: s3Uri(location),
        fix: 'Use another key or another bucket.',
        cause: error,
      });
    }
    throw error;
  }
}

function cannotWrite(error: unknown, location: S3Location, file: string): unknown {
  if (isOptmlError(error)) return error;
  return new OptmlError(
    'DISK_WRITE_FAILED',
    `cannot write ${s3Uri(location)} to ${file}: ${(error as Error).message}`,
    {
      where: file,
      fix: isDiskFull(error) ? 'Give the job a larger volume.' : 'Check that the folder is there and writable.',
      cause: error,
    },
  );
}
