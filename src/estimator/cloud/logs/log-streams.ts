import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsSession } from '../../../aws/aws-session.ts';
import { awsCode } from '../../../aws/transient-errors.ts';
import { isOptmlError } from '../../../errors/error.ts';
import { list, object, optional, TEXT } from '../answer-shape.ts';
import { checkAnswer } from '../check-answer.ts';
import { OPERATIONS } from '../operations.ts';
import { endlessPages, PageCycle } from './page-cycle.ts';

/** The group of all training jobs. */
export const LOG_GROUP = '/aws/sagemaker/TrainingJobs';

const STREAMS = object({
  logStreams: optional(list(object({ logStreamName: optional(TEXT) }))),
  nextToken: optional(TEXT),
});

/** The log of a host in one attempt of its job. */
export interface HostStream {
  /** `JOB/HOST-TIME`. */
  readonly name: string;
  readonly host: string;
}

/** Many more than the hosts of any job in all its attempts. */
export const MOST_STREAMS = 20_000;
const PAGE_STREAMS = 50;
const MOST_PAGES = MOST_STREAMS / PAGE_STREAMS;

/**
 * The log streams of a job's hosts at present, in the order of the hosts' numbers, then of the attempts. A job whose hosts have
 * not started yet has none, and in a new account not even the group is there.
 *
 * @throws OptmlError
 */
export async function hostStreams(
  session: AwsSession,
  job: string,
  signal: AbortSignal | undefined,
): Promise<readonly HostStream[]> {
  const found = new Map<string, HostStream>();
  const cycle = new PageCycle(job);
  let token: string | undefined;
  for (let page = 0; ; page++) {
    if (page === MOST_PAGES || found.size > MOST_STREAMS) throw endlessPages(job, 'more log streams than any job has');
    const answer = await streamPage(session, job, token, signal);
    for (const { logStreamName = '' } of answer?.logStreams ?? []) {
      const host = hostOf(logStreamName, job);
      if (host !== undefined) found.set(logStreamName, { name: logStreamName, host });
    }
    const next = answer?.nextToken;
    if (next === undefined || next === token) break;
    cycle.take(next);
    token = next;
  }
  return [...found.values()].sort(byHost);
}

async function streamPage(
  session: AwsSession,
  job: string,
  nextToken: string | undefined,
  signal: AbortSignal | undefined,
) {
  try {
    const operation = OPERATIONS.listStreams(job);
    const answer = await session.request(operation, signal, async (clients, options) => {
      const client = await clients.client('cloudwatch logs');
      const input = { logGroupName: LOG_GROUP, logStreamNamePrefix: `${job}/`, ...(nextToken && { nextToken }) };
      return client.send(new DescribeLogStreamsCommand(input), options);
    });
    checkAnswer(answer, STREAMS, operation);
    return answer;
  } catch (error) {
    if (isOptmlError(error) && awsCode(error.cause) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Undefined for streams that belong to no host, such as those of remote debugging, which end in `/ssm` (contract C52). */
function hostOf(stream: string, job: string): string | undefined {
  if (!stream.startsWith(`${job}/`)) return undefined;
  return /^([A-Za-z0-9][\w.-]{0,127})-\d{1,20}$/.exec(stream.slice(job.length + 1))?.[1];
}

function byHost(a: HostStream, b: HostStream): number {
  return compareHosts(a.host, b.host) || (a.name < b.name ? -1 : Number(a.name > b.name));
}

/** `algo-2` before `algo-10`. */
export function compareHosts(a: string, b: string): number {
  return numberOf(a) - numberOf(b) || (a < b ? -1 : Number(a > b));
}

function numberOf(host: string): number {
  return Number(/(\d{1,15})$/.exec(host)?.[1] ?? 0);
}
