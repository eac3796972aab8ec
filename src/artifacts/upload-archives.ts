import { rmSync, statSync } from 'node:fs';
import { type S3Location, s3Uri } from '../contract/location.ts';
import { isOptmlError, OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import { addUp, progressLines } from '../log/transfer-progress.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import type { Patience } from '../storage/s3-session.ts';

/** A packed file, and where in S3 it goes. */
export interface ArchiveUpload {
  /** Absolute path. */
  readonly file: string;
  readonly location: S3Location;
}

/**
 * Makes sure before training that S3 will take the archives: hours of it should not end at a mistyped bucket. A network that
 * does not answer now may do so then.
 *
 * @throws OptmlError S3_NOT_FOUND or S3_REFUSED.
 */
export async function checkUpload(
  location: S3Location,
  variables: Readonly<NodeJS.ProcessEnv>,
  log: Log,
  patience?: Partial<Patience>,
): Promise<void> {
  await withStorage({ variables, log, patience }, async (storage) => {
    try {
      await storage.checkBucket(location.bucket);
    } catch (error) {
      if (!isOptmlError(error) || error.code !== 'S3_FAILED') throw error;
      log.warn(`The model is to go to ${s3Uri(location)}, and that cannot be checked now: ${error.message}`);
    }
  });
}

/**
 * Uploads the archives one after the other, and removes each that is there. What cannot be uploaded stays on the disk.
 *
 * @throws OptmlError S3_NOT_FOUND, S3_REFUSED or S3_FAILED; PACKAGING_GIVEN_UP when `signal` is aborted.
 */
export async function uploadArchives(
  uploads: readonly ArchiveUpload[],
  variables: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
  log: Log,
  patience?: Partial<Patience>,
): Promise<void> {
  await withStorage({ variables, log, patience }, async (storage) => {
    for (const upload of uploads) await uploadArchive(storage, upload, signal, log);
  });
}

async function uploadArchive(
  storage: ObjectStorage,
  { file, location }: ArchiveUpload,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const uri = s3Uri(location);
  const total = statSync(file).size;
  const onBytes = addUp(progressLines(log.info, `Uploading to ${uri}`), total);
  try {
    await storage.uploadFile(file, location, { signal, onBytes });
  } catch (error) {
    throw keptError(error, file, uri, signal);
  }
  rmSync(file);
  log.info(`Uploaded to ${uri} (${total} bytes)`);
}

function keptError(error: unknown, file: string, uri: string, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new OptmlError('PACKAGING_GIVEN_UP', `the upload to ${uri} was given up: the time to stop was over`, {
      where: uri,
      fix: `The archive is kept at ${file}. Save less at the end, or upload while training runs.`,
    });
  }
  if (!isOptmlError(error)) return error;
  const { code, message, where, fix } = error;
  return new OptmlError(code, `${message} (the archive is kept at ${file})`, { where, fix, cause: error });
}

interface OpenOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Log;
  readonly patience: Partial<Patience> | undefined;
}

async function withStorage(
  { variables, log, patience }: OpenOptions,
  action: (storage: ObjectStorage) => Promise<void>,
): Promise<void> {
  const { openS3 } = await import('#storage/s3');
  const storage = openS3(variables, log, patience);
  try {
    await action(storage);
  } finally {
    storage.close();
  }
}
