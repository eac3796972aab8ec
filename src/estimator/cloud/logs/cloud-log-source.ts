import type { AwsSession } from '../../../aws/aws-session.ts';
import { OptmlError } from '../../../errors/error.ts';
import { quoteValue } from '../../../errors/quote-value.ts';
import type { LogPart } from '../../../jobs/logs/cursor.ts';
import type { LogPage, LogSource, LogToken } from '../../../jobs/logs/log-source.ts';
import { type HostStream, hostStreams } from './log-streams.ts';
import { LogTail } from './log-tail.ts';
import { type HostLine, MOST_EVENTS, type StreamPosition, StreamReader } from './stream-reader.ts';

/** The lines of a host that is followed until its job has ended. */
export type FollowLines = (host: string | undefined) => AsyncIterable<HostLine>;

export interface LogAccess {
  readonly follow: FollowLines;
  /** Ends all reading: its reason is thrown. */
  readonly signal: AbortSignal | undefined;
}

/** The logs of a job in CloudWatch Logs. They may arrive some seconds after the job has ended. */
export function cloudLogSource(session: AwsSession, job: string, { follow, signal }: LogAccess): LogSource {
  const streams = () => hostStreams(session, job, signal);
  return {
    hosts: async () => [...new Set((await streams()).map(({ host }) => host))],
    read: async (host, from) => {
      const start = from === undefined ? new Map() : positionOf(from);
      const readers = (await streams())
        .filter((stream) => stream.host === host)
        .map((stream) => new StreamReader(session, job, stream, start.get(stream.name)));
      return readPage(readers, start, signal);
    },
    stream: ({ host, isFollowed = false } = {}) => {
      if (isFollowed) return parts(follow(host));
      const isWanted = (stream: HostStream) => host === undefined || stream.host === host;
      return parts(new LogTail(session, job).next(isWanted, signal));
    },
  };
}

async function* parts(lines: AsyncIterable<HostLine>): AsyncGenerator<LogPart> {
  for await (const line of lines) yield partOf(line);
}

function partOf({ host, time, line }: HostLine): LogPart {
  return { host, time, lines: Buffer.from(`${line}\n`) };
}

/** Positions in the streams of a host, by their names: one for each attempt of the job. */
type HostPosition = ReadonlyMap<string, StreamPosition>;

async function readPage(
  readers: readonly StreamReader[],
  from: HostPosition,
  signal: AbortSignal | undefined,
): Promise<LogPage> {
  for (const reader of readers) {
    if (!(await reader.fill(MOST_EVENTS, signal))) continue;
    const parts = [...linesOf(reader)].map(partOf);
    return { parts, next: tokenOf(new Map([...from, [reader.stream.name, reader.position]])) };
  }
  return { parts: [], next: tokenOf(from) };
}

function* linesOf(reader: StreamReader): Generator<HostLine> {
  for (let { head } = reader; head !== undefined; { head } = reader) {
    yield head;
    reader.take();
  }
}

function tokenOf(position: HostPosition): LogToken {
  const entries = [...position].map(([name, { token = '', skip, time, countAtTime }]) => {
    return [name, token, skip, time, countAtTime];
  });
  return Buffer.from(JSON.stringify(entries)).toString('base64url');
}

function positionOf(text: LogToken): HostPosition {
  try {
    const entries = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[][];
    return new Map(entries.map(entryOf));
  } catch (error) {
    throw new OptmlError('USAGE', `expected a token of this log, got ${quoteValue(text)}`, {
      fix: 'Use the token of an earlier page, or none to read from the start.',
      exitCode: 2,
      cause: error,
    });
  }
}

function entryOf([name, token, ...numbers]: readonly unknown[]): [string, StreamPosition] {
  const [skip, time, countAtTime] = numbers.filter((value): value is number => Number.isSafeInteger(value));
  if (typeof name !== 'string' || typeof token !== 'string' || skip === undefined) throw new Error('no position');
  if (time === undefined || countAtTime === undefined || numbers.length !== 3) throw new Error('no position');
  return [name, { token: token || undefined, skip, time, countAtTime }];
}
