import type { AwsSession } from '../../../aws/aws-session.ts';
import { Limiter } from '../../../concurrency/limiter.ts';
import { openScope } from '../../../concurrency/scope.ts';
import { type HostStream, hostStreams, MOST_STREAMS } from './log-streams.ts';
import { endlessPages } from './page-cycle.ts';
import { type HostLine, MOST_EVENTS, StreamReader } from './stream-reader.ts';

// Events of all streams that wait to be merged: some tens of megabytes at most, as an answer has 1 MB.
const MOST_WAITING_EVENTS = 40_000;
const LEAST_PAGE_EVENTS = 500;
// Requests at the same time: the limits of an account count all of its programs.
const AT_ONCE = 5;

/** The logs of all hosts of a job from their start, each line once, in the order of time as far as the lines have arrived. */
export class LogTail {
  readonly #session: AwsSession;
  readonly #job: string;
  readonly #readers = new Map<string, StreamReader>();
  readonly #requests = new Limiter(AT_ONCE);

  constructor(session: AwsSession, job: string) {
    this.#session = session;
    this.#job = job;
  }

  get streams(): number {
    return this.#readers.size;
  }

  /** The hosts that have a log stream. */
  get hosts(): number {
    return new Set([...this.#readers.values()].map(({ stream }) => stream.host)).size;
  }

  /** All lines that are there at present and were not given before. Lines that arrive meanwhile may come along. */
  async *next(isWanted: (stream: HostStream) => boolean, signal: AbortSignal | undefined): AsyncGenerator<HostLine> {
    const { controller, close } = openScope(signal);
    try {
      yield* this.#next(isWanted, controller.signal);
    } finally {
      close();
    }
  }

  async *#next(isWanted: (stream: HostStream) => boolean, signal: AbortSignal): AsyncGenerator<HostLine> {
    for (const stream of await hostStreams(this.#session, this.#job, signal)) {
      if (this.#readers.has(stream.name) || !isWanted(stream)) continue;
      this.#readers.set(stream.name, new StreamReader(this.#session, this.#job, stream));
    }
    if (this.#readers.size > MOST_STREAMS) throw endlessPages(this.#job, 'other log streams each time');
    const limit = pageEvents(this.#readers.size);
    const fill = (reader: StreamReader) => this.#requests.run(signal, () => reader.fill(limit, signal));
    const readers = [...this.#readers.values()];
    const areFilled = await Promise.all(readers.map(fill));
    const waiting = readers.filter((_, index) => areFilled[index]);
    for (;;) {
      const first = earliest(waiting);
      if (first?.head === undefined) return;
      yield first.head;
      first.take();
      if (first.head === undefined && !(await fill(first))) waiting.splice(waiting.indexOf(first), 1);
    }
  }
}

function pageEvents(streams: number): number {
  return Math.min(MOST_EVENTS, Math.max(LEAST_PAGE_EVENTS, Math.floor(MOST_WAITING_EVENTS / Math.max(1, streams))));
}

// Of lines of the same time, those of the host with the lower number.
function earliest(readers: readonly StreamReader[]): StreamReader | undefined {
  let first: StreamReader | undefined;
  for (const reader of readers) {
    if (reader.head !== undefined && (first?.head === undefined || reader.head.time < first.head.time)) first = reader;
  }
  return first;
}
