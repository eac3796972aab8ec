import type { AwsSession } from '../../../aws/aws-session.ts';
import { OptmlError } from '../../../errors/error.ts';
import { quoteValue } from '../../../errors/quote-value.ts';
import type { LogPart } from '../../../jobs/logs/cursor.ts';
import type { LogPage, LogSource, LogToken } from '../../../jobs/logs/log-source.ts';
import { type HostStream, hostStreams } from './log-streams.ts';
import { LogTail } from './log-tail.ts';
import { type HostLine, MOST_EVENTS, START, type StreamPosition, StreamReader } from './stream-reader.ts';

/** The lines of a host that is followed until its job has ended. */
export type FollowLines = (host: string | undefined) => AsyncIterable<HostLine>;

const NEVER = new AbortController().signal;

/** The logs of a job in CloudWatch Logs. They may arrive some seconds after the job has ended. */
export function cloudLogSource(session: AwsSession, job: string, follow: FollowLines): LogSource {
  const streamsOf = async (host: string) =>
    (await hostStreams(session, job, NEVER)).filter((stream) => stream.host === host);
  return {
    hosts: async () => [...new Set((await hostStreams(session, job, NEVER)).map(({ host }) => host))],
    read: async (host, from) => {
      const start = from === undefined ? undefined : positionOf(from);
      return readPage(session, job, await streamsOf(host), start);
    },
    stream: ({ host, isFollowed = false } = {}) => parts(isFollowed ? follow(host) : allLines(session, job, host)),
  };
}

function allLines(session: AwsSession, job: string, host: string | undefined): AsyncIterable<HostLine> {
  return new LogTail(session, job).next((stream) => host === undefined || stream.host === host, NEVER);
}

async function* parts(lines: AsyncIterable<HostLine>): AsyncGenerator<LogPart> {
  for await (const line of lines) yield partOf(line);
}

function partOf({ host, time, line }: HostLine): LogPart {
  return { host, time, lines: Buffer.from(`${line}\n`) };
}

/** A position in the streams of a host, which follow one another. */
interface HostPosition extends StreamPosition {
  readonly stream: string;
}

async function readPage(
  session: AwsSession,
  job: string,
  streams: readonly HostStream[],
  from: HostPosition | undefined,
): Promise<LogPage> {
  const first = streams.findIndex(({ name }) => name === from?.stream);
  let last = from;
  for (const [index, stream] of streams.slice(Math.max(0, first)).entries()) {
    const isSame = index === 0 && first >= 0;
    const reader = new StreamReader(session, job, stream, isSame ? from : START);
    const hasLines = await reader.fill(MOST_EVENTS, NEVER);
    last = { ...reader.position, stream: stream.name };
    if (!hasLines) continue;
    return { parts: [...linesOf(reader)].map(partOf), next: tokenOf(last) };
  }
  return { parts: [], next: last === undefined ? EMPTY : tokenOf(last) };
}

function* linesOf(reader: StreamReader): Generator<HostLine> {
  for (let { head } = reader; head !== undefined; { head } = reader) {
    yield head;
    reader.take();
  }
}

const EMPTY: LogToken = 'start';

function tokenOf({ stream, token = '', skip, time, countAtTime }: HostPosition): LogToken {
  return Buffer.from(JSON.stringify([stream, token, skip, time, countAtTime])).toString('base64url');
}

function positionOf(text: LogToken): HostPosition | undefined {
  if (text === EMPTY) return undefined;
  try {
    const [stream, token, skip, time, countAtTime, ...others] = JSON.parse(
      Buffer.from(text, 'base64url').toString(),
    ) as unknown[];
    const areTexts = typeof stream === 'string' && typeof token === 'string';
    if (areTexts && [skip, time, countAtTime].every(Number.isSafeInteger) && others.length === 0) {
      const numbers = { skip: Number(skip), time: Number(time), countAtTime: Number(countAtTime) };
      return { stream, token: token || undefined, ...numbers };
    }
  } catch {
    // Not one of these tokens.
  }
  throw new OptmlError('USAGE', `expected a token of this log, got ${quoteValue(text)}`, {
    fix: 'Use the token of an earlier page, or none to read from the start.',
    exitCode: 2,
  });
}
