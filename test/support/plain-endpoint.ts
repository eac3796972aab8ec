import { createHash, randomUUID } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Service } from '../../src/endpoint/http/service.ts';
import { type EndpointJobs, type JobSettings, openJobs } from '../../src/endpoint/jobs/endpoint-jobs.ts';
import { sageMakerService } from '../../src/endpoint/sagemaker/sagemaker-service.ts';
import { temporaryFolder } from './job.ts';
import { startS3, type TestS3 } from './s3.ts';

type Test = Parameters<typeof temporaryFolder>[0] & Parameters<typeof startS3>[0];

/** SageMaker and S3 at one address, as the endpoint has them, without its checks of signatures. */
export interface PlainEndpoint {
  readonly url: string;
  readonly home: string;
  readonly jobs: EndpointJobs;
  readonly s3: TestS3;
  readonly client: SageMakerClient;
  /** Sends a body as it is. */
  send(target: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts it. After the test it stops its jobs, and waits for them. */
export async function startPlainEndpoint(t: Test, settings: Partial<JobSettings> = {}): Promise<PlainEndpoint> {
  const ends: (() => Promise<void>)[] = [];
  // The first: it runs before S3 and the folder go.
  t.after(async () => {
    for (const end of ends) await end();
  });
  const s3 = await startS3(t);
  const home = join(temporaryFolder(t), 'home');
  const services: { sagemaker?: Service } = {};
  const server = createServer((request, response) => {
    const target = request.headers['x-amz-target'];
    if (target === undefined || services.sagemaker === undefined) return proxy(request, response, s3.port);
    return void serve(services.sagemaker, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { PATH, HOME } = process.env;
  const variables = { PATH, HOME, OPTML_HOME: home };
  const jobs = openJobs({
    variables,
    url,
    credentials: CREDENTIALS,
    engine: 'process',
    stopGraceSeconds: 5,
    ...settings,
  });
  services.sagemaker = sageMakerService(jobs);
  const client = new SageMakerClient({ endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS, maxAttempts: 1 });
  ends.push(async () => {
    await jobs.stopAll();
    jobs.close();
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { url, home, jobs, s3, client, send: (...given) => send(url, ...given) };
}

async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await buffer(request);
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  const payload = { kind: 'hash', sha256: createHash('sha256').update(bytes).digest('hex') } as const;
  const { status, headers, body } = await service.answer({
    id: randomUUID(),
    method: request.method ?? '',
    path: '/',
    query: new URLSearchParams(),
    headers: request.headers,
    caller: { accessKeyId: 'test', accountId: '000000000000', region: scope?.[1] ?? 'us-east-1', payload },
    body: Readable.from(bytes.length === 0 ? [] : [bytes]),
    signal: new AbortController().signal,
  });
  response.writeHead(status, headers);
  response.end(body);
}

function proxy(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const forwarded = httpRequest({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  request.pipe(new PassThrough()).pipe(forwarded);
}

async function send(
  url: string,
  target: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers },
    body,
  });
  const members = (await answer.json()) as Readonly<Record<string, unknown>>;
  return { status: answer.status, headers: answer.headers, body: members };
}
