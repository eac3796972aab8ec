import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import { type S3Location, s3Uri } from '../../contract/location.ts';
import { isDiskFull, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { pathOfKey } from '../object-names.ts';
import type { Transferred } from '../object-storage.ts';

/** Objects below a prefix, in S3 or in a bucket of this machine. */
export interface PrefixDownload<Listed extends { readonly key: string }> {
  readonly location: S3Location;
  readonly signal: AbortSignal;
  /** Most objects that are downloaded at the same time. */
  readonly atOnce: number;
  list(signal: AbortSignal): AsyncIterable<Listed>;
  /** Downloads an object to `file`, beside it first. Returns its size in bytes. */
  save(object: Listed, file: string, signal: AbortSignal): Promise<number>;
  exists(location: S3Location, signal: AbortSignal): Promise<boolean>;
}

type Where = Pick<PrefixDownload<{ readonly key: string }>, 'location'>;

/**
 * Downloads the objects below a prefix into `dir`, several at the same time. It keeps no list of them.
 *
 * @throws OptmlError of the download, and SOURCE_INVALID for a key that is no place in the folder.
 */
export async function downloadFolder<Listed extends { readonly key: string }>(
  download: PrefixDownload<Listed>,
  dir: string,
): Promise<Transferred> {
  const { location } = download;
  let objects = 0;
  let bytes = 0;
  await withScope(download.signal, async (scope) => {
    const inScope = { ...download, signal: scope.signal };
    const replicas = new ReplicaChannels(inScope);
    await makeFolder(dir, location.key, download);
    await forEachAtOnce(download.list(scope.signal), download.atOnce, scope, async (object) => {
      const placed = await writeObject(inScope, object, dir, replicas);
      bytes += placed;
      objects++;
    });
  });
  if (objects === 0) {
    throw new OptmlError('S3_NOT_FOUND', `there is no object whose key starts with ${s3Uri(location)}`, {
      where: s3Uri(location),
      fix: 'Check bucket and prefix: names in S3 are case-sensitive.',
    });
  }
  return { objects, bytes };
}

async function writeObject<Listed extends { readonly key: string }>(
  download: PrefixDownload<Listed>,
  object: Listed,
  dir: string,
  replicas: ReplicaChannels,
): Promise<number> {
  const { location } = download;
  const target = pathOfKey(object.key, location.key);
  if ('refused' in target) throw refusedKey(object.key, target.refused, download);
  const path = join(dir, target.path);
  if (target.isFolder) {
    await makeFolder(path, object.key, download);
    return 0;
  }
  await replicas.check(object.key, target.path);
  await makeFolder(dirname(path), object.key, download);
  try {
    return await download.save(object, path, download.signal);
  } catch (error) {
    // A folder of that name is there already.
    const code = systemErrorCode((error as Error).cause);
    if (code === 'EISDIR' || code === 'ENOTEMPTY') throw clash(object.key, download, error);
    throw error;
  }
}

async function makeFolder(path: string, key: string, download: Where): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') throw clash(key, download, error);
    throw new OptmlError('DISK_WRITE_FAILED', `cannot make the folder ${path}: ${(error as Error).message}`, {
      where: path,
      fix: isDiskFull(error) ? 'Give the job a larger volume.' : 'Check that the folder above is there and writable.',
      cause: error,
    });
  }
}

function clash(key: string, download: Where, cause: unknown): OptmlError {
  return refusedKey(key, 'is a file where another key needs a folder, or the other way round', download, cause);
}

function refusedKey(key: string, why: string, { location }: Where, cause?: unknown): OptmlError {
  const uri = s3Uri({ bucket: location.bucket, key });
  return new OptmlError('SOURCE_INVALID', `the object ${uri} ${why}`, {
    where: uri,
    fix: 'Rename or remove the object, or give a prefix that leaves it out.',
    cause,
  });
}

type ReplicaSearch = Pick<PrefixDownload<{ readonly key: string }>, 'exists' | 'location' | 'signal'>;

/**
 * Finds keys that belong to one place. With a prefix that ends inside a name, `in/a`, both `in/a/x` and `in/ax` are `x`.
 * Nothing is remembered: S3 is asked for the twin, and only once keys of both kinds have been seen.
 */
class ReplicaChannels {
  readonly #download: ReplicaSearch;
  readonly #seen = new Set<boolean>();

  constructor(download: ReplicaSearch) {
    this.#download = download;
  }

  async check(key: string, path: string): Promise<void> {
    const { location, signal } = this.#download;
    const prefix = location.key;
    if (prefix === '' || prefix.endsWith('/') || key === prefix) return;
    const isBehindSlash = key.startsWith(`${prefix}/`);
    this.#seen.add(isBehindSlash);
    if (this.#seen.size < 2) return;
    const replica = { bucket: location.bucket, key: isBehindSlash ? prefix + path : `${prefix}/${path}` };
    if (!(await this.#download.exists(replica, signal))) return;
    throw refusedKey(key, `and ${s3Uri(replica)} would be the same file, ${path}`, this.#download);
  }
}
