import type { DescribeLogStreamsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { JobSummary } from '../../jobs/describe/job-summary.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidParameter, invalidToken } from './log-errors.ts';
import { checkGroup, groupArn } from './log-group.ts';
import { type LogStream, logStreamsOf, StreamLog } from './log-streams.ts';
import { type LogsContext, recordOf } from './logs-context.ts';

/** A stream with the times by which it is sorted and shown. */
interface ListedStream {
  readonly stream: LogStream;
  /** When its first and its last line came; undefined without lines. Milliseconds since 1970. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

const PAGE = 50;

/** DescribeLogStreams: streams by name, of one job or of all, or by the time of their last event. */
export function describeLogStreams(input: Input, context: LogsContext) {
  const reader = new InputReader(input, invalidParameter);
  checkGroup(reader);
  const prefix = reader.text('logStreamNamePrefix');
  const limit = reader.integer('limit', 1, PAGE) ?? PAGE;
  const isByTime = reader.choice('orderBy', ['LogStreamName', 'LastEventTime']) === 'LastEventTime';
  const isDescending = reader.flag('descending');
  const token = reader.text('nextToken', 4096);
  if (isByTime && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const after = token === undefined ? undefined : keyOfToken(token);
  const found = isByTime
    ? streamsByTime(context, isDescending, after)
    : streamsByName(context, prefix ?? '', isDescending, after);
  const page: ListedStream[] = [];
  for (const one of found) {
    page.push(one);
    // One more tells whether there is a next page.
    if (page.length > limit) break;
  }
  const last = page[limit - 1];
  const hasMore = page.length > limit && last !== undefined;
  return {
    logStreams: page.slice(0, limit).map((listed) => answerOf(listed, context)),
    ...(hasMore && { nextToken: tokenOf(keyOf(last, isByTime)) }),
  } satisfies Omit<DescribeLogStreamsCommandOutput, '$metadata'>;
}

function answerOf({ stream, first, last }: ListedStream, context: LogsContext) {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(first !== undefined && { firstEventTimestamp: first }),
    ...(last !== undefined && { lastEventTimestamp: last, lastIngestionTime: last }),
    uploadSequenceToken: '1',
    arn: `${groupArn(context)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

/** What a page is sorted by: the name, or the time of the last event before the name. */
type Key = readonly [time: number, name: string];

const keyOf = ({ stream, last }: ListedStream, isByTime: boolean): Key => [isByTime ? (last ?? 0) : 0, stream.name];

function compareKeys([timeA, nameA]: Key, [timeB, nameB]: Key): number {
  return timeA - timeB || (nameA < nameB ? -1 : Number(nameA > nameB));
}

const tokenOf = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

function keyOfToken(token: string): Key {
  try {
    const [time, name] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof time === 'number' && typeof name === 'string') return [time, name];
  } catch {
    // Not one of these tokens.
  }
  throw invalidToken();
}

function* streamsByName(
  context: LogsContext,
  prefix: string,
  isDescending: boolean,
  after: Key | undefined,
): Generator<ListedStream> {
  const slash = prefix.indexOf('/');
  // A name with a slash behind it sorts in another way than the name alone: `a-1/…` comes before `a/…`.
  const names =
    slash >= 0
      ? [prefix.slice(0, slash)]
      : context.store
          .list()
          .map(({ TrainingJobName }) => `${TrainingJobName}/`)
          .filter((name) => name.startsWith(prefix))
          .sort()
          .map((name) => name.slice(0, -1));
  for (const name of isDescending ? names.toReversed() : names) {
    if (after !== undefined && isWhollyBefore(name, after[1], isDescending)) continue;
    const record = recordOf(context, name);
    if (record === undefined) continue;
    const streams = logStreamsOf(record)
      .filter((stream) => stream.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const stream of isDescending ? streams.toReversed() : streams) {
      if (after !== undefined && (isDescending ? stream.name >= after[1] : stream.name <= after[1])) continue;
      yield listed(context, record, stream);
    }
  }
}

function isWhollyBefore(job: string, stream: string, isDescending: boolean): boolean {
  const ownJob = `${stream.slice(0, stream.indexOf('/'))}/`;
  return isDescending ? `${job}/` > ownJob : `${job}/` < ownJob;
}

/**
 * Streams by the time of their last event. Jobs are opened one after the other, from the side on which the page begins: a
 * stream can be passed on when no job that is still closed can have one before it.
 */
function* streamsByTime(context: LogsContext, isDescending: boolean, after: Key | undefined): Generator<ListedStream> {
  const sign = isDescending ? -1 : 1;
  const bound = (job: JobSummary) => (isDescending ? -latestEvent(job) : 0);
  const jobs = context.store.list().toSorted((a, b) => bound(a) - bound(b));
  const waiting: ListedStream[] = [];
  const order = (a: ListedStream, b: ListedStream) => sign * compareKeys(keyOf(a, true), keyOf(b, true));
  const isAfter = (one: ListedStream) => after === undefined || sign * compareKeys(keyOf(one, true), after) > 0;
  for (const [index, job] of jobs.entries()) {
    const record = recordOf(context, job.TrainingJobName);
    if (record !== undefined) {
      for (const stream of logStreamsOf(record)) waiting.push(listed(context, record, stream));
    }
    const next = jobs[index + 1];
    // A stream without events has no time, so that the other direction needs all jobs.
    if (next !== undefined && !isDescending) continue;
    waiting.sort(order);
    const limit = next === undefined ? Number.NEGATIVE_INFINITY : latestEvent(next);
    const ready = waiting.findIndex(({ last }) => (last ?? 0) <= limit);
    yield* waiting.splice(0, ready < 0 ? waiting.length : ready).filter(isAfter);
  }
}

// In milliseconds since 1970. The clock of the file system may be some behind.
function latestEvent(job: JobSummary): number {
  return hasEnded(job.TrainingJobStatus) ? job.LastModifiedTime * 1000 + 1000 : Number.POSITIVE_INFINITY;
}

function listed(context: LogsContext, record: JobRecord, stream: LogStream): ListedStream {
  const part = new StreamLog(context.store.folderOf(record.TrainingJobName), record, stream);
  try {
    if (part.start >= part.end) return { stream, first: undefined, last: undefined };
    return { stream, first: part.log.timeOf(part.start), last: part.log.lineBefore(part.end)?.time };
  } finally {
    part.close();
  }
}
