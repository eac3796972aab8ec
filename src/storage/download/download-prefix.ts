import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import { s3Uri } from '../../contract/location.ts';
import { isDiskFull, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { lookAtObject } from '../head-object.ts';
import { type ListedObject, listedObjects } from '../list-objects.ts';
import { pathOfKey } from '../object-names.ts';
import type { Transferred } from '../object-storage.ts';
import type { Download } from './download.ts';
import { downloadFile, MOST_REQUESTS } from './download-object.ts';

/**
 * Downloads what lies below a prefix into `dir`, several objects at once, none of them remembered.
 *
 * @throws OptmlError as {@link downloadFile}, and SOURCE_INVALID for a key that is no place in the folder.
 */
export async function downloadFolder(download: Omit<Download, 'file'>, dir: string): Promise<Transferred> {
  const { session, location } = download;
  let objects = 0;
  let bytes = 0;
  await withScope(download.signal, async (scope) => {
    const inScope = { ...download, signal: scope.signal };
    const replicas = new ReplicaChannels(inScope);
    await makeFolder(dir, location.key, download);
    await forEachAtOnce(listedObjects(session, location, scope.signal), MOST_REQUESTS, scope, async (object) => {
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

async function writeObject(
  download: Omit<Download, 'file'>,
  object: ListedObject,
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
    return await downloadFile({ ...download, location: { ...location, key: object.key }, file: path }, object);
  } catch (error) {
    // A folder of that name is there already.
    const code = systemErrorCode((error as Error).cause);
    if (code === 'EISDIR' || code === 'ENOTEMPTY') throw clash(object.key, download, error);
    throw error;
  }
}

async function makeFolder(path: string, key: string, download: Omit<Download, 'file'>): Promise<void> {
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

function clash(key: string, download: Omit<Download, 'file'>, cause: unknown): OptmlError {
  return refusedKey(key, 'is a file where another key needs a folder, or the other way round', download, cause);
}

function refusedKey(key: string, why: string, { location }: Omit<Download, 'file'>, cause?: unknown): OptmlError {
  const uri = s3Uri({ bucket: location.bucket, key });
  return new OptmlError('SOURCE_INVALID', `the object ${uri} ${why}`, {
    where: uri,
    fix: 'Rename or remove the object, or give a prefix that leaves it out.',
    cause,
  });
}

/**
 * Finds keys that belong to one place. With a prefix that ends inside a name, `in/a`, both `in/a/x` and `in/ax` are `x`.
 * Nothing is remembered: S3 is asked for the twin, and only once keys of both kinds have been seen.
 */
class ReplicaChannels {
  readonly #download: Omit<Download, 'file'>;
  readonly #seen = new Set<boolean>();

  constructor(download: Omit<Download, 'file'>) {
    this.#download = download;
  }

  async check(key: string, path: string): Promise<void> {
    const { session, location, signal } = this.#download;
    const prefix = location.key;
    if (prefix === '' || prefix.endsWith('/') || key === prefix) return;
    const isBehindSlash = key.startsWith(`${prefix}/`);
    this.#seen.add(isBehindSlash);
    if (this.#seen.size < 2) return;
    const replica = { bucket: location.bucket, key: isBehindSlash ? prefix + path : `${prefix}/${path}` };
    try {
      await lookAtObject(session, replica, signal);
    } catch (error) {
      if ((error as Partial<OptmlError>).code === 'S3_NOT_FOUND') return;
      throw error;
    }
    throw refusedKey(key, `and ${s3Uri(replica)} would be the same file, ${path}`, this.#download);
  }
}
