import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { RETRY_POLICY } from '../../src/storage/retry.ts';
import type { TrainWaits } from '../../src/train/train-waits.ts';

/** For an S3 that fails: as many attempts as by default, with pauses of milliseconds. */
export const QUICK_RETRIES: TrainWaits = { s3: { retry: { ...RETRY_POLICY, firstWaitMs: 1, lastWaitMs: 20 } } };

/** A real S3 server (fauxqs, in memory) with one empty bucket, `bucket`. It checks no signatures and no checksums. */
export interface TestS3 {
  readonly endpoint: string;
  readonly port: number;
  /** What `openS3` and `train` need to reach it. */
  readonly variables: Readonly<Record<string, string>>;
  /** The name of the bucket. */
  readonly bucket: string;
  put(key: string, content: string | Buffer): Promise<void>;
  /** Content of an object; undefined when there is none. */
  get(key: string): Promise<Buffer | undefined>;
  remove(key: string): Promise<void>;
  /** Keys that start so, in order. */
  keys(prefix?: string): Promise<readonly string[]>;
  /** Keys of the multipart uploads that no client has ended. */
  unfinished(): Promise<readonly string[]>;
  /** Takes the bucket away, which must be empty. */
  removeBucket(): Promise<void>;
}

/** Keys and region for a server at `endpoint`. */
export function s3Variables(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Starts it on a port of its own; it is stopped after the test. */
export async function startS3(t: { readonly after: (end: () => Promise<void>) => void }): Promise<TestS3> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  t.after(async () => {
    client.destroy();
    await server.stop();
  });
  const bucket = 'bucket';
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    endpoint,
    port: server.port,
    variables: s3Variables(endpoint),
    bucket,
    put: async (key, content) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
    },
    get: async (key) => {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    keys: async (prefix = '') => {
      const keys: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
        );
        keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
        if (token === undefined) return keys;
      }
    },
    unfinished: async () => {
      const answer = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return (answer.Uploads ?? []).map(({ Key = '' }) => Key);
    },
    removeBucket: async () => {
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    },
  };
}
