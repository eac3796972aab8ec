import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Buckets } from '../../src/buckets/buckets.ts';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { LOCAL_ACCOUNT } from '../../src/contract/local-account.ts';
import { knownKeys } from '../../src/endpoint/credentials/known-keys.ts';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import { s3Service } from '../../src/endpoint/s3/s3-service.ts';

export const KEYS = {
  accessKeyId: 'OPTMLAAAAAAAAAAAAAAA',
  secretAccessKey: 'secret/of+40/characters/aaaaaaaaaaaaaaaaaa',
};

export interface S3Endpoint {
  readonly url: string;
  readonly port: number;
  readonly buckets: Buckets;
  /** What the endpoint reported: defects. */
  readonly warnings: readonly string[];
  client(config?: S3ClientConfig): S3Client;
  /** Sends a request whose signature only an endpoint for any credentials accepts. */
  raw(method: string, path: string, request?: RawRequest): Promise<RawAnswer>;
}

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly region?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Options {
  readonly buckets?: Buckets;
  /** Whether any well-formed signature passes. */
  readonly isAnyCredentials?: boolean;
}

/** The S3 service behind the endpoint's server; at the end of the test it must have met no defect. */
export async function s3Endpoint(t: Pick<TestContext, 'after'>, options: Options = {}): Promise<S3Endpoint> {
  const dataDir = mkdtempSync(join(tmpdir(), 'optml-s3-'));
  const { buckets = await openBuckets({ dataDir }), isAnyCredentials = false } = options;
  const warnings: string[] = [];
  const endpoint = await startEndpoint({
    services: { s3: s3Service(buckets, { accountId: LOCAL_ACCOUNT }) },
    keys: knownKeys(KEYS),
    isAnyCredentials,
    log: { warn: (message) => void warnings.push(message) },
  });
  t.after(async () => {
    await endpoint.close(0);
    await buckets.close();
    rmSync(dataDir, { recursive: true });
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
  });
  const { url, port } = endpoint;
  return {
    url,
    port,
    buckets,
    warnings,
    client: (config) =>
      new S3Client({ region: 'us-east-1', endpoint: url, credentials: KEYS, maxAttempts: 1, ...config }),
    raw: (method, path, { headers = {}, body, region = 'us-east-1' } = {}) =>
      sendHttp(port, { method, path, headers: { ...signedHeaders(region), ...headers }, body }),
  };
}

/** Headers of a request whose signature only an endpoint for any credentials accepts. */
export function signedHeaders(region = 'us-east-1'): Readonly<Record<string, string>> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${KEYS.accessKeyId}/${date.slice(0, 8)}/${region}/s3/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    'x-amz-date': date,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  };
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** Sends a request as it is: no path is normalised, and no header added but the ones that HTTP needs. */
export async function sendHttp(port: number, { method, path, headers, body }: HttpRequest): Promise<RawAnswer> {
  return await new Promise<RawAnswer>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...headers }, agent: false });
    request.once('error', reject);
    request.once('response', (answer) => {
      text(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: content }),
        reject,
      );
    });
    request.end(body);
  });
}
