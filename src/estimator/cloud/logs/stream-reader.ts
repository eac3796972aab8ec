import { GetLogEventsCommand, type GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsSession } from '../../../aws/aws-session.ts';
import { awsCode } from '../../../aws/transient-errors.ts';
import { isOptmlError } from '../../../errors/error.ts';
import { list, object, optional, TEXT, TIME_MS } from '../answer-shape.ts';
import { checkAnswer } from '../check-answer.ts';
import { OPERATIONS } from '../operations.ts';
import { type HostStream, LOG_GROUP } from './log-streams.ts';
import { PageCycle } from './page-cycle.ts';

const EVENTS = object({
  events: optional(list(object({ timestamp: optional(TIME_MS), message: optional(TEXT) }))),
  nextForwardToken: optional(TEXT),
});

/** A line of a host. */
export interface HostLine {
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Without its break. */
  readonly line: string;
}

/** Where a reader is, so that another one can go on there. */
export interface StreamPosition {
  /** Of the next page; undefined at the start. */
  readonly token: string | undefined;
  /** Events of that page that were read. */
  readonly skip: number;
  /** The time of the last event that was read, and how many of that time were: for a token that is too old. */
  readonly time: number;
  readonly countAtTime: number;
}

export const START: StreamPosition = { token: undefined, skip: 0, time: 0, countAtTime: 0 };

/** Of one answer. */
export const MOST_EVENTS = 10_000;

// A page may be empty, and more may follow. Only a server that answers nonsense has so many in a row.
const MOST_EMPTY_PAGES = 100;

/** Reads a log stream page by page, each event once. Holds one page at most. */
export class StreamReader {
  readonly stream: HostStream;
  readonly #session: AwsSession;
  readonly #job: string;
  #position: StreamPosition;
  #lines: HostLine[] = [];
  #next = 0;
  #cycle: PageCycle;

  constructor(session: AwsSession, job: string, stream: HostStream, from: StreamPosition = START) {
    this.#session = session;
    this.#job = job;
    this.stream = stream;
    this.#position = from;
    this.#cycle = new PageCycle(job);
  }

  /** Behind the page that was read last. Valid only when all its lines were taken. */
  get position(): StreamPosition {
    return this.#position;
  }

  /** The next line that was read and not taken. */
  get head(): HostLine | undefined {
    return this.#lines[this.#next];
  }

  take(): void {
    this.#next++;
  }

  /** Reads on, unless lines are left. False if there is nothing more at present. */
  async fill(limit: number, signal: AbortSignal | undefined): Promise<boolean> {
    for (let empty = 0; this.head === undefined && empty < MOST_EMPTY_PAGES; empty++) {
      const isEnd = await this.#readPage(limit, signal);
      if (isEnd) break;
    }
    return this.head !== undefined;
  }

  /** Whether the service says that this page was the last one. */
  async #readPage(limit: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { token, skip } = this.#position;
    const answer = await this.#ask(token === undefined ? {} : { nextToken: token }, limit, signal);
    if (answer === 'invalid token') return this.#readFromTime(limit, signal);
    const { events = [], nextForwardToken: next = token } = answer ?? {};
    this.#accept(events.slice(skip));
    const isEnd = next === token;
    if (!isEnd && next !== undefined) this.#cycle.take(next);
    // By the same token the service gives the same events again, if there are any.
    this.#position = { ...this.#position, token: next, skip: isEnd ? Math.max(skip, events.length) : 0 };
    return isEnd;
  }

  /** A token is valid for a day, and a host may be silent for longer. The events of the last millisecond are there again. */
  async #readFromTime(limit: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { time, countAtTime } = this.#position;
    this.#cycle = new PageCycle(this.#job);
    const answer = await this.#ask(
      time === 0 ? {} : { startTime: time },
      Math.min(MOST_EVENTS, Math.max(limit, countAtTime + 1)),
      signal,
    );
    if (answer === 'invalid token') return true;
    const { events = [], nextForwardToken: token } = answer ?? {};
    const known = events.slice(0, countAtTime).filter(({ timestamp }) => timestamp === time).length;
    this.#accept(events.slice(known));
    this.#position = { ...this.#position, token, skip: 0 };
    return events.length === known;
  }

  #accept(events: NonNullable<GetLogEventsCommandOutput['events']>): void {
    if (events.length === 0) return;
    this.#lines = [];
    this.#next = 0;
    let { time: last, countAtTime } = this.#position;
    for (const { timestamp = last, message = '' } of events) {
      countAtTime = timestamp === last ? countAtTime + 1 : 1;
      last = timestamp;
      const { host } = this.stream;
      for (const line of message.replace(/\r?\n$/, '').split('\n')) this.#lines.push({ host, time: timestamp, line });
    }
    this.#position = { ...this.#position, time: last, countAtTime };
  }

  async #ask(
    from: { readonly nextToken?: string; readonly startTime?: number },
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<GetLogEventsCommandOutput | 'invalid token' | undefined> {
    const input = { logGroupName: LOG_GROUP, logStreamName: this.stream.name, startFromHead: true, limit, ...from };
    try {
      const operation = OPERATIONS.readEvents(this.#job);
      const answer = await this.#session.request(operation, signal, async (clients, options) => {
        const client = await clients.client('cloudwatch logs');
        return client.send(new GetLogEventsCommand(input), options);
      });
      checkAnswer(answer, EVENTS, operation);
      return answer;
    } catch (error) {
      const code = isOptmlError(error) ? awsCode(error.cause) : '';
      // The list of streams knows it before it can be read.
      if (code === 'ResourceNotFoundException') return undefined;
      if (code === 'InvalidParameterException' && from.nextToken !== undefined) return 'invalid token';
      throw error;
    }
  }
}
