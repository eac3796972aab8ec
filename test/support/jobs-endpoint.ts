import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { TestContext } from 'node:test';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Service, ServiceAnswer } from '../../src/endpoint/http/service.ts';
import { type EndpointJobs, type JobSettings, openJobs } from '../../src/endpoint/jobs/endpoint-jobs.ts';
import { sageMakerService } from '../../src/endpoint/sagemaker/sagemaker-service.ts';
import { temporaryFolder } from './job.ts';
import { startS3, type TestS3 } from './s3.ts';

/** An endpoint with SageMaker, and another S3 server behind it. */
export interface JobsEndpoint {
  readonly url: string;
  /** What is its `OPTML_HOME`. */
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
export async function startJobsEndpoint(
  t: TestContext,
  settings: Partial<JobSettings> = {},
): Promise<JobsEndpoint> {
  const ends: (() => Promise<void>)[] = [];
  // The first: it runs before S3 and the folder go.
  t.after(async () => {
    for (const end of ends) await end();
  });
  const s3 = await startS3(t);
  const home = join(temporaryFolder(t), 'home');
  const services: { sagemaker: Service; s3: Service } = { sagemaker: proxy(s3.port), s3: proxy(s3.port) };
  const endpoint = await startEndpoint({ services, isAnyCredentials: true });
  const { url } = endpoint;
  const { PATH, HOME } = process.env;
  const variables = { PATH, HOME, OPTML_HOME: home };
  const jobs = openJobs({ variables, url, credentials: CREDENTIALS, engine: 'process', stopGraceSeconds: 5, ...settings });
  services.sagemaker = sageMakerService(jobs);
  const client = new SageMakerClient({ endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS, maxAttempts: 1 });
  ends.push(async () => {
    await jobs.stopAll();
    jobs.close();
    client.destroy();
    await endpoint.close(0);
  });
  return { url, home, jobs, s3, client, send: (...given) => send(url, ...given) };
}

/** Passes requests on to a server that checks no signatures. */
export function proxy(port: number): Service {
  return {
    answer: ({ method, path, query, headers, body, signal }) =>
      new Promise<ServiceAnswer>((resolve, reject) => {
        const text = query.size === 0 ? '' : `?${query}`;
        const { expect: _, ...passed } = headers;
        const options = { host: '127.0.0.1', port, method, path: path + text, headers: passed, signal };
        const sent = httpRequest(options, (answer: IncomingMessage) => {
          const { connection: _, 'transfer-encoding': __, ...given } = answer.headers;
          const answered = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
          resolve({ status: answer.statusCode ?? 500, headers: answered, body: answer });
        });
        pipeline(body, sent, (error) => error && reject(error));
      }),
  };
}

async function send(
  url: string,
  target: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const scope = 'Credential=test/20261130/eu-west-1/sagemaker/aws4_request';
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'x-amz-date': '20261130T120000Z',
      ...headers,
    },
    body,
  });
  const members = (await answer.json()) as Readonly<Record<string, unknown>>;
  return { status: answer.status, headers: answer.headers, body: members };
}
