import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPrefix, parseLocation, type S3Location, s3Uri } from '../contract/location.ts';
import { renamePathInError } from '../errors/rename-path-in-error.ts';
import { makeLog } from '../log/log.ts';
import { addUp, type OnProgress } from '../log/transfer-progress.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { usageError } from './options/usage-error.ts';

/** How a copy to or from S3 is made and watched. */
export interface S3CopyOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
  readonly show: OnProgress;
  readonly note: (message: string) => void;
}

/**
 * Where an argument of a command says that an archive lies.
 *
 * @throws OptmlError USAGE for a URI of another kind, or an S3 URI without a key.
 */
export function archiveLocation(
  text: string,
  command: string,
): { readonly path: string } | { readonly s3: S3Location } {
  const parsed = parseLocation(text);
  if ('path' in parsed || ('s3' in parsed && !isPrefix(parsed.s3))) return parsed;
  throw usageError(command, `expected a path or s3://BUCKET/KEY, got ${text}`, 'Name the archive itself.');
}

/**
 * Runs `action` with the path of a file that is not there yet, for an archive on its way to or from S3, and with the
 * storage. The file is gone afterwards.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED, S3_FAILED; whatever `action` throws.
 */
export async function withCopy<Result>(
  location: S3Location,
  { variables, note }: S3CopyOptions,
  action: (file: string, storage: ObjectStorage) => Promise<Result>,
): Promise<Result> {
  const { openS3 } = await import('#storage/s3');
  const log = makeLog(0, (level, message) => level !== 'debug' && note(message));
  const storage = openS3(variables, log);
  const folder = mkdtempSync(join(tmpdir(), 'optml-'));
  const file = join(folder, 'archive.tar.gz');
  try {
    return await action(file, storage);
  } catch (error) {
    throw renamePathInError(error, file, s3Uri(location));
  } finally {
    storage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Downloads an archive, showing its progress. */
export async function download(
  storage: ObjectStorage,
  location: S3Location,
  file: string,
  { signal, show }: S3CopyOptions,
): Promise<void> {
  const total = await storage.objectBytes(location, { signal });
  await storage.downloadObject(location, file, { signal, onBytes: addUp(show, total) });
}

/** Uploads an archive, showing its progress. */
export async function upload(
  storage: ObjectStorage,
  file: string,
  location: S3Location,
  { signal, show }: S3CopyOptions,
): Promise<void> {
  await storage.uploadFile(file, location, { signal, onBytes: addUp(show, statSync(file).size) });
}
