import type { TestContext } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { openUploader } from '../../src/estimator/upload/open-uploader.ts';
import type { Uploader, UploadTarget } from '../../src/estimator/upload/uploader.ts';
import { type FakeFaults, type Fault, type SeenRequest, startFakeFaults } from './fake-s3-faults.ts';
import { temporaryFolder } from './job.ts';
import { KEYS, s3Endpoint } from './s3-endpoint.ts';

export const BUCKET = 'uploads';

/** The endpoint's S3 with the bucket `uploads`, behind a proxy that sees all requests. */
export interface UploadEndpoint {
  readonly client: S3Client;
  readonly proxy: FakeFaults;
  readonly variables: Readonly<Record<string, string>>;
  readonly warnings: string[];
  /** With the prefix `jobs`. It is closed after the test. */
  uploader(target?: Partial<UploadTarget>): Uploader;
  keys(): Promise<readonly string[]>;
  get(key: string): Promise<string>;
  /** Requests since the last call, by method and the kind of the request. */
  requests(): Readonly<Record<string, number>>;
}

/** Starts it; `decide` makes requests fail. */
export async function uploadEndpoint(
  t: TestContext,
  decide: (request: SeenRequest, nth: number) => Fault | undefined | Promise<Fault | undefined> = () => undefined,
): Promise<UploadEndpoint> {
  const s3 = await s3Endpoint(t);
  const client = s3.client();
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const proxy = await startFakeFaults(t, s3, decide);
  const variables = {
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    OPTML_HOME: temporaryFolder(t),
  };
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  return {
    client,
    proxy,
    variables,
    warnings,
    uploader: (target) => {
      const uploader = openUploader({
        target: { bucket: BUCKET, prefix: 'jobs', ...target },
        variables,
        patience: { retry: { attempts: 3, firstWaitMs: 1, lastWaitMs: 2 } },
        log: { info: () => undefined, debug: () => undefined, warn },
      });
      t.after(() => uploader.close());
      return uploader;
    },
    keys: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      return Contents.map(({ Key = '' }) => Key);
    },
    get: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    requests: () => countKinds(proxy.seen.splice(0)),
  };
}

function countKinds(requests: readonly SeenRequest[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const request of requests) counts[kindOf(request)] = (counts[kindOf(request)] ?? 0) + 1;
  return counts;
}

/** The name of the operation, where it is one that uploads use. */
export function kindOf({ method, url, headers }: SeenRequest): string {
  const query = new URL(url, 'http://host').searchParams;
  const isCopy = 'x-amz-copy-source' in headers;
  if (method === 'PUT' && query.has('partNumber')) return isCopy ? 'UploadPartCopy' : 'UploadPart';
  if (method === 'PUT') return isCopy ? 'CopyObject' : 'PutObject';
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  if (method === 'GET' && query.has('uploads')) return 'ListMultipartUploads';
  if (method === 'GET' && query.has('uploadId')) return 'ListParts';
  return method === 'GET' && query.has('list-type') ? 'ListObjectsV2' : method;
}
