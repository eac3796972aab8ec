import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

/** An event of a log stream. */
export interface ScriptedEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** A request to the scripted cloud. */
export interface ScriptedRequest {
  /** `GetLogEvents`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the requests with this operation, from 1. */
  readonly count: number;
  readonly authorization: string;
}

/** What happens to a request instead of its answer, or to its answer. */
export type Fault =
  | { readonly type: 'refuse'; readonly status?: number; readonly code: string; readonly message?: string }
  | { readonly type: 'drop request' }
  /** The answer ends in the middle. */
  | { readonly type: 'drop answer' }
  | { readonly type: 'hang' }
  | {
      readonly type: 'raw';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A byte now and then. */
  | { readonly type: 'drip' };

/** What the cloud contains. A test changes it while the cloud runs. */
export interface CloudScript {
  job: Record<string, unknown> | undefined;
  /** By name, in the order of time. */
  readonly streams: Map<string, ScriptedEvent[]>;
  /** Called before each answer. */
  onRequest?: (request: ScriptedRequest) => void;
  faultOf?: (request: ScriptedRequest) => Fault | undefined;
  /** Changes an answer. */
  answerOf?: (request: ScriptedRequest, answer: Record<string, unknown>) => Record<string, unknown>;
}

export interface ScriptedCloud extends CloudScript {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
}

/** A description of a job. Times in seconds. */
export function scriptedJob(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = Date.now() / 1000;
  return {
    TrainingJobName: 'job',
    TrainingJobArn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/job',
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Training',
    SecondaryStatusTransitions: [
      { Status: 'Starting', StartTime: now - 60, EndTime: now - 30, StatusMessage: 'Preparing' },
      { Status: 'Training', StartTime: now - 30, StatusMessage: 'In progress' },
    ],
    CreationTime: now - 60,
    LastModifiedTime: now - 30,
    OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    ...members,
  };
}

/** The same job once it has ended. */
export function endedJob(job: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const now = Date.now() / 1000;
  const transitions = job['SecondaryStatusTransitions'] as readonly object[];
  return {
    ...job,
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
    SecondaryStatusTransitions: [...transitions, { Status: 'Completed', StartTime: now, EndTime: now }],
    TrainingEndTime: now,
    LastModifiedTime: now,
  };
}

/** A server that answers for SageMaker, CloudWatch Logs and STS from a script, and can fail in the ways of a cloud. */
export async function startScriptedCloud(t: TestContext, script: Partial<CloudScript> = {}): Promise<ScriptedCloud> {
  const requests: ScriptedRequest[] = [];
  const server = createServer((message, response) => {
    answer(cloud, requests, message, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cloud: ScriptedCloud = { job: undefined, streams: new Map(), ...script, url, requests };
  return cloud;
}

async function answer(
  cloud: ScriptedCloud,
  requests: readonly ScriptedRequest[],
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await requestOf(message, requests);
  (requests as ScriptedRequest[]).push(request);
  cloud.onRequest?.(request);
  const fault = cloud.faultOf?.(request);
  if (fault?.type === 'drop request') {
    message.socket.destroy();
    return;
  }
  if (fault?.type === 'hang') return;
  if (fault?.type === 'refuse') {
    send(response, fault.status ?? 400, { __type: fault.code, message: fault.message ?? '' });
    return;
  }
  if (fault?.type === 'raw') {
    response.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  if (fault?.type === 'drip') {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    const timer = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(timer));
    return;
  }
  const { status, body } = operate(cloud, request);
  const changed = status === 200 ? (cloud.answerOf?.(request, body) ?? body) : body;
  if (fault?.type !== 'drop answer') {
    send(response, status, changed);
    return;
  }
  const bytes = Buffer.from(JSON.stringify(changed));
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => message.socket.destroy());
}

async function requestOf(message: IncomingMessage, before: readonly ScriptedRequest[]): Promise<ScriptedRequest> {
  const body = await text(message);
  const target = String(message.headers['x-amz-target'] ?? '');
  const isForm = target === '';
  const operation = isForm ? (new URLSearchParams(body).get('Action') ?? '') : (target.split('.')[1] ?? '');
  return {
    operation,
    input: isForm ? {} : (JSON.parse(body) as Record<string, unknown>),
    count: before.filter((one) => one.operation === operation).length + 1,
    authorization: String(message.headers.authorization ?? ''),
  };
}

function send(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

interface Operated {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const refused = (code: string, message: string): Operated => ({ status: 400, body: { __type: code, message } });

function operate(cloud: ScriptedCloud, { operation, input }: ScriptedRequest): Operated {
  switch (operation) {
    case 'CreateTrainingJob':
      if (cloud.job !== undefined) {
        return refused('ResourceInUse', 'Training job names must be unique within an AWS account and region');
      }
      cloud.job = scriptedJob(input);
      return { status: 200, body: { TrainingJobArn: cloud.job['TrainingJobArn'] } };
    case 'DescribeTrainingJob':
      if (cloud.job === undefined) return refused('ValidationException', 'Requested resource not found.');
      return { status: 200, body: cloud.job };
    case 'StopTrainingJob':
      if (cloud.job?.['TrainingJobStatus'] !== 'InProgress') {
        const status = String(cloud.job?.['TrainingJobStatus']);
        const message = `The request was rejected because the training job is in status ${status}.`;
        return refused('ValidationException', message);
      }
      cloud.job['TrainingJobStatus'] = 'Stopping';
      return { status: 200, body: {} };
    case 'DescribeLogStreams':
      return {
        status: 200,
        body: { logStreams: [...cloud.streams.keys()].map((logStreamName) => ({ logStreamName })) },
      };
    case 'GetLogEvents':
      return readEvents(cloud, input);
    default:
      return refused('UnknownOperationException', operation);
  }
}

/** As CloudWatch Logs answers: at the end of a stream, with the token that was sent. */
function readEvents(cloud: ScriptedCloud, input: Readonly<Record<string, unknown>>): Operated {
  const events = cloud.streams.get(String(input['logStreamName']));
  if (events === undefined) return refused('ResourceNotFoundException', 'The specified log stream does not exist.');
  const { nextToken, startTime, limit } = input;
  const from = typeof startTime === 'number' ? events.findIndex(({ timestamp }) => timestamp >= startTime) : 0;
  const start = typeof nextToken === 'string' ? Number(nextToken.slice(2)) : from < 0 ? events.length : from;
  const page = events.slice(start, start + Number(limit ?? 10_000));
  const body = {
    events: page.map((event) => ({ ...event, ingestionTime: event.timestamp })),
    nextForwardToken: `f/${start + page.length}`,
    nextBackwardToken: `b/${start}`,
  };
  return { status: 200, body };
}
