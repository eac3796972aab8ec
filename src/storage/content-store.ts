import { crc32 } from 'node:zlib';
import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { withScope } from '../concurrency/scope.ts';
import { Slots } from '../concurrency/slots.ts';
import type { S3Location } from '../contract/location.ts';
import { isOptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import type { KnownContent } from './content-sums.ts';
import { lookAtObject } from './head-object.ts';
import { type ListedObject, listedObjects } from './list-objects.ts';
import type { TransferOptions } from './object-storage.ts';
import { listObjects } from './operations.ts';
import { PART_BYTES } from './part-sizes.ts';
import { S3Session, type SessionOptions } from './s3-session.ts';
import { readS3Settings } from './s3-settings.ts';
import { type CopySource, copyKnown } from './upload/copy-known.ts';
import { putObject } from './upload/upload-file.ts';
import { isContent, uploadKnown } from './upload/upload-known.ts';
import { MOST_PARTS } from './upload/upload-source.ts';

export { etagOf, type KnownContent, type PartSums } from './content-sums.ts';
export type { ListedObject } from './list-objects.ts';
export type { CopySource } from './upload/copy-known.ts';

/** How an object is written. */
export interface WriteOptions extends TransferOptions {
  /** The KMS key that encrypts it; undefined: as the bucket does by default. */
  readonly kmsKeyId?: string | undefined;
}

/**
 * S3 as a place for content that is known by its sums: only what is missing there is sent. Errors are those of ObjectStorage.
 */
export interface ContentStore {
  /** Region of the requests, unless a bucket is elsewhere. */
  readonly region: string;
  /** The region of a bucket. @throws OptmlError S3_NOT_FOUND, S3_REFUSED, also if `accountId` does not own it. */
  bucketRegion(
    bucket: string,
    options?: TransferOptions & { readonly accountId?: string },
  ): Promise<string | undefined>;
  createBucket(bucket: string, options?: TransferOptions): Promise<void>;
  /** Every object whose key starts with the location's, in the order of the keys. */
  list(location: S3Location, options?: TransferOptions): AsyncIterable<ListedObject>;
  /** Whether the object has this content, by its size and the checksum that S3 keeps. */
  has(location: S3Location, content: KnownContent, options?: TransferOptions): Promise<boolean>;
  /**
   * Uploads a file of this content as one object: whole or not at all. Parts of an interrupted upload are used. Gives the
   * bytes that were sent.
   *
   * @throws OptmlError S3_FAILED also if the file has another content by then.
   */
  send(file: string, content: KnownContent, location: S3Location, options?: WriteOptions): Promise<number>;
  /** Copies an object within S3. False: it cannot be copied, or its content is another. */
  copy(source: CopySource, content: KnownContent, location: S3Location, options?: WriteOptions): Promise<boolean>;
  /** Writes a small object. */
  put(content: Buffer, location: S3Location, options?: WriteOptions): Promise<void>;
  close(): void;
}

const NEVER = new AbortController().signal;

/** Opens S3 as the environment's variables have it (see `openS3`). Nothing is sent before it is needed. */
export function openContentStore(
  variables: Readonly<NodeJS.ProcessEnv>,
  log: Pick<Log, 'warn' | 'debug'>,
  options?: SessionOptions,
): ContentStore {
  const settings = readS3Settings(variables, log.warn);
  const session = new S3Session(settings, log, { caller: 'user', ...options });
  const buffers = new Slots<Buffer>(MOST_PARTS, () => Buffer.allocUnsafeSlow(PART_BYTES));
  const common = (location: S3Location, options: WriteOptions = {}, signal: AbortSignal) => {
    return { session, location, signal, onBytes: options.onBytes, kmsKeyId: options.kmsKeyId };
  };
  return {
    region: settings.region,
    bucketRegion: async (bucket, { signal = NEVER, accountId } = {}) => {
      const owner = accountId === undefined ? {} : { ExpectedBucketOwner: accountId };
      const answer = await session.request(
        { ...listObjects({ bucket, key: '' }), name: 'HeadBucket' },
        signal,
        (client, send) => client.send(new HeadBucketCommand({ Bucket: bucket, ...owner }), send),
      );
      return answer.BucketRegion;
    },
    createBucket: async (bucket, { signal = NEVER } = {}) => {
      const operation = {
        name: 'CreateBucket',
        verb: 'create',
        location: { bucket, key: '' },
        permission: 's3:CreateBucket',
      };
      const { region } = settings;
      // S3's oldest region has no name here.
      const place =
        region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
      await session.request(operation, signal, (client, send) =>
        client.send(new CreateBucketCommand({ Bucket: bucket, ...place }), send),
      );
    },
    list: (location, options) => listedObjects(session, location, options?.signal ?? NEVER),
    has: async (location, content, options) => {
      try {
        return isContent(await lookAtObject(session, location, options?.signal ?? NEVER), content);
      } catch (error) {
        if (isOptmlError(error) && error.code === 'S3_NOT_FOUND') return false;
        throw error;
      }
    },
    send: (file, content, location, options) => {
      const send = (signal: AbortSignal) =>
        uploadKnown({ ...common(location, options, signal), buffers, file, content });
      // One request has nothing to end beside itself.
      if (content.parts.length === 1) return send(options?.signal ?? NEVER);
      return withScope(options?.signal, ({ signal }) => send(signal));
    },
    copy: (source, content, location, options) =>
      withScope(options?.signal, ({ signal }) => copyKnown({ ...common(location, options, signal), source, content })),
    put: (content, location, options) =>
      putObject(common(location, options, options?.signal ?? NEVER), content, crc32(content)),
    close: () => session.close(),
  };
}
