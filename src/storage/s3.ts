import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Limiter } from '../concurrency/limiter.ts';
import { withScope } from '../concurrency/scope.ts';
import { Slots } from '../concurrency/slots.ts';
import { isOptmlError, type OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import type { Download } from './download/download.ts';
import { downloadFile, MOST_REQUESTS } from './download/download-object.ts';
import { downloadFolder, type PrefixDownload } from './download/download-prefix.ts';
import { readObject } from './download/read-object.ts';
import { lookAtObject } from './head-object.ts';
import { type ListedObject, listedObjects } from './list-objects.ts';
import type { ObjectStorage } from './object-storage.ts';
import { deleteObject, listObjects } from './operations.ts';
import { PART_BYTES } from './part-sizes.ts';
import { s3Code } from './s3-errors.ts';
import { type Patience, S3Session } from './s3-session.ts';
import { readS3Settings } from './s3-settings.ts';
import { uploadOneFile } from './upload/upload-file.ts';
import { MOST_PARTS } from './upload/upload-source.ts';

export { resolveCredentials } from './credentials.ts';

const NEVER = new AbortController().signal;

/**
 * S3, or the server that replaces it, as the environment's variables have it: region and endpoint (contract section 4, C80), keys.
 * Without keys among them the SDK's standard chain is asked, which reads `process.env`. Nothing is sent before it is needed.
 * `patience`: where it differs from the default.
 *
 * @throws OptmlError S3_REFUSED for half a pair of keys, SETTING_INVALID for an endpoint that is no URL.
 */
export function openS3(
  variables: Readonly<NodeJS.ProcessEnv>,
  log: Pick<Log, 'warn' | 'debug'>,
  patience?: Partial<Patience>,
): ObjectStorage {
  return storageOf(new S3Session(readS3Settings(variables, log.warn), log, patience));
}

/** The storage that a session is connected to. */
export function storageOf(session: S3Session): ObjectStorage {
  const requests = new Limiter(MOST_REQUESTS);
  // Only when it is needed: so much memory outside of the heap would have V8 collect garbage all the time.
  const buffers = new Slots<Buffer>(MOST_PARTS, () => Buffer.allocUnsafeSlow(PART_BYTES));
  return {
    checkBucket: (bucket, options) => withScope(options?.signal, ({ signal }) => checkBucket(session, bucket, signal)),
    objectBytes: (location, options) =>
      withScope(options?.signal, async ({ signal }) => {
        try {
          return (await lookAtObject(session, location, signal)).bytes;
        } catch (error) {
          if (isOptmlError(error) && s3Code(error.cause) === 'NoSuchKey') return undefined;
          throw error;
        }
      }),
    downloadObject: (location, file, options) =>
      withScope(options?.signal, async ({ signal }) => {
        const download = { session, requests, location, file, signal, onBytes: options?.onBytes };
        return { objects: 1, bytes: await downloadFile(download) };
      }),
    downloadPrefix: (location, dir, options) =>
      withScope(options?.signal, ({ signal }) => {
        const download = { session, requests, location, signal, onBytes: options?.onBytes };
        return downloadFolder(prefixDownload(download), dir);
      }),
    uploadFile: (file, location, options) =>
      withScope(options?.signal, async ({ signal }) => {
        const upload = { session, buffers, location, file, signal, onBytes: options?.onBytes };
        return { objects: 1, bytes: await uploadOneFile(upload) };
      }),
    listObjects: (location, options) => listedObjects(session, location, options?.signal ?? NEVER),
    readObject: (location, options) => readObject(session, location, options?.signal ?? NEVER, options?.onBytes),
    deleteObject: (location, options) =>
      session.request(deleteObject(location), options?.signal ?? NEVER, async (client, sendOptions) => {
        await client.send(new DeleteObjectCommand({ Bucket: location.bucket, Key: location.key }), sendOptions);
      }),
    close: () => session.close(),
  };
}

function prefixDownload(download: Omit<Download, 'file'>): PrefixDownload<ListedObject> {
  const { session, location, signal } = download;
  return {
    location,
    signal,
    atOnce: MOST_REQUESTS,
    list: (inScope) => listedObjects(session, location, inScope),
    save: (object, file, inScope) =>
      downloadFile({ ...download, signal: inScope, location: { ...location, key: object.key }, file }, object),
    exists: async (at, inScope) => {
      try {
        await lookAtObject(session, at, inScope);
        return true;
      } catch (error) {
        if ((error as Partial<OptmlError>).code === 'S3_NOT_FOUND') return false;
        throw error;
      }
    },
  };
}

async function checkBucket(session: S3Session, bucket: string, signal: AbortSignal): Promise<void> {
  const operation = listObjects({ bucket, key: '' });
  try {
    await session.request(operation, signal, (client, options) =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), options),
    );
  } catch (error) {
    // The role may write without being allowed to list: then nothing can be told.
    if (!isOptmlError(error) || s3Code(error.cause) !== 'AccessDenied') throw error;
    session.log.debug(`it is unknown whether the bucket ${bucket} exists: ${error.message}`);
  }
}
