import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Buckets } from '../../src/buckets/buckets.ts';
import type { SignedPayload } from '../../src/endpoint/http/caller.ts';
import type { Service, ServiceAnswer } from '../../src/endpoint/http/service.ts';
import { s3Service } from '../../src/endpoint/s3/s3-service.ts';
import { memoryBuckets } from './memory-buckets.ts';

export const ACCOUNT_ID = '123456789012';

export interface PlainEndpoint {
  readonly url: string;
  readonly port: number;
  readonly buckets: Buckets;
  client(config?: S3ClientConfig): S3Client;
}

/** The S3 service behind a server that checks no signature. */
export async function plainEndpoint(t: Pick<TestContext, 'after'>, buckets = memoryBuckets()): Promise<PlainEndpoint> {
  const server = serve(s3Service(buckets, { accountId: ACCOUNT_ID }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await buckets.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  return {
    url,
    port,
    buckets,
    client: (config) => new S3Client({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1, ...config }),
  };
}

function serve(service: Service): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const send = async () => {
      const answer = await service.answer({
        id: randomUUID(),
        method: request.method ?? 'GET',
        path,
        query: new URLSearchParams(query),
        headers: request.headers,
        caller: {
          accessKeyId: 'AKIDEXAMPLE',
          accountId: ACCOUNT_ID,
          region: scope?.[1] ?? 'us-east-1',
          payload: payloadOf(request.headers['x-amz-content-sha256']),
        },
        body: request,
        signal: gone.signal,
      });
      await write(answer);
    };
    const write = async ({ status, headers = {}, body }: ServiceAnswer) => {
      if (!request.complete) response.setHeader('connection', 'close');
      response.writeHead(status, headers);
      if (body instanceof Readable) await pipeline(body, response);
      else response.end(body);
      request.resume();
    };
    // A client that has gone receives no answer; a defect fails the test by its status.
    send().catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500).end(String(error));
      else response.destroy();
    });
  });
}

function payloadOf(header: string | string[] | undefined): SignedPayload {
  const text = String(header ?? '');
  if (/^[0-9a-f]{64}$/.test(text)) return { kind: 'hash', sha256: text };
  if (!text.startsWith('STREAMING-')) return { kind: 'unsigned' };
  return { kind: 'chunks', hasTrailer: text.endsWith('-TRAILER'), signatures: undefined };
}
