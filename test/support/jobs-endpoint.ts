import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Service } from '../../src/endpoint/http/service.ts';
import { type EndpointJobs, type JobSettings, openJobs } from '../../src/endpoint/jobs/endpoint-jobs.ts';
import { sageMakerService } from '../../src/endpoint/sagemaker/sagemaker-service.ts';
import { temporaryFolder } from './job.ts';
import { proxyTo } from './proxy-service.ts';
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
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts it. After the test it stops its jobs, and waits for them. */
export async function startJobsEndpoint(t: TestContext, settings: Partial<JobSettings> = {}): Promise<JobsEndpoint> {
  const ends: (() => Promise<void>)[] = [];
  // The first: it runs before S3 and the folder go.
  t.after(async () => {
    for (const end of ends) await end();
  });
  const s3 = await startS3(t);
  const home = join(temporaryFolder(t), 'home');
  const services: { sagemaker: Service; s3: Service } = { sagemaker: proxyTo(s3.port), s3: proxyTo(s3.port) };
  const endpoint = await startEndpoint({ services, isAnyCredentials: true });
  const { url } = endpoint;
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
    await endpoint.close(0);
  });
  return { url, home, jobs, s3, client, send: (...given) => send(url, ...given) };
}

async function send(
  url: string,
  target: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const scope = 'Credential=test/20261130/eu-west-1/sagemaker/aws4_request';
  // Not with fetch, which sends headers of a web page.
  const sent = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'x-amz-date': '20261130T120000Z',
      ...headers,
    },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: (await json(answer)) as RawAnswer['body'] };
}
