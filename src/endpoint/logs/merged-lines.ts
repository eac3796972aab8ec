import { setImmediate } from 'node:timers/promises';
import type { JobSummary } from '../../jobs/describe/job-summary.ts';
import type { LogLine } from '../../jobs/logs/host-log.ts';
import { hasEnded } from '../../jobs/status.ts';
import { logStreamsOf, StreamLog } from './log-streams.ts';
import { type LogsContext, recordOf } from './logs-context.ts';

/** The place of a line among those of several streams: they are sorted by these three. */
export type MergedPosition = readonly [time: number, stream: string, offset: number];

export interface MergedQuery {
  /** Only these streams. */
  readonly names: readonly string[] | undefined;
  /** Only streams whose names begin so. */
  readonly prefix: string;
  /** Only lines that came from `from` up to but not including `until`, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** Only lines behind this one. */
  readonly after: MergedPosition | undefined;
}

interface Cursor {
  readonly stream: string;
  readonly part: StreamLog;
  readonly end: number;
  line: LogLine;
}

/** The lines of several streams in the order of their times. Logs are opened when their job's time has come. To be closed. */
export class MergedLines {
  readonly #context: LogsContext;
  readonly #query: MergedQuery;
  /** Jobs that are not open yet, the oldest last. */
  readonly #jobs: JobSummary[];
  readonly #cursors: Cursor[] = [];
  /** The one whose line was given out last. */
  #given: Cursor | undefined;

  constructor(context: LogsContext, query: MergedQuery) {
    this.#context = context;
    this.#query = query;
    this.#jobs = jobsOf(context, query);
  }

  close(): void {
    for (const { part } of this.#cursors.splice(0)) part.close();
  }

  /** The next line, valid until the next call; undefined when there is none at present. */
  async next(): Promise<{ readonly stream: string; readonly line: LogLine } | undefined> {
    if (this.#given !== undefined) this.#advance(this.#given);
    let first = this.#first();
    for (;;) {
      const job = this.#jobs.at(-1);
      if (job === undefined || (first !== undefined && first.line.time < job.CreationTime * 1000)) break;
      this.#jobs.pop();
      this.#open(job.TrainingJobName);
      // There may be very many jobs: other requests have their turn.
      await setImmediate();
      first = this.#first();
    }
    this.#given = first;
    return first && { stream: first.stream, line: first.line };
  }

  #first(): Cursor | undefined {
    let first: Cursor | undefined;
    for (const cursor of this.#cursors) if (first === undefined || isBefore(cursor, first)) first = cursor;
    return first;
  }

  #advance(cursor: Cursor): void {
    const line = cursor.part.log.lineAt(cursor.line.end);
    if (line !== undefined && line.end <= cursor.end) {
      cursor.line = line;
      return;
    }
    cursor.part.close();
    this.#cursors.splice(this.#cursors.indexOf(cursor), 1);
  }

  #open(name: string): void {
    const { names, prefix, from, until, after } = this.#query;
    const record = recordOf(this.#context, name);
    if (record === undefined) return;
    for (const stream of logStreamsOf(record)) {
      if (names === undefined ? !stream.name.startsWith(prefix) : !names.includes(stream.name)) continue;
      const part = new StreamLog(this.#context.store.folderOf(name), record, stream);
      const { log } = part;
      const end = Math.min(part.end, Number.isFinite(until) ? log.offsetAt(until) : part.end);
      let line = log.lineAt(Math.max(part.start, log.offsetAt(Math.max(from, after?.[0] ?? 0))));
      // Lines of the same time that an earlier page has given out.
      while (line !== undefined && after !== undefined && !isBehind([line.time, stream.name, line.offset], after)) {
        line = log.lineAt(line.end);
      }
      if (line === undefined || line.end > end) part.close();
      else this.#cursors.push({ stream: stream.name, part, end, line });
    }
  }
}

function isBefore(a: Cursor, b: Cursor): boolean {
  return isBehind([b.line.time, b.stream, b.line.offset], [a.line.time, a.stream, a.line.offset]);
}

function isBehind([timeA, streamA, offsetA]: MergedPosition, [timeB, streamB, offsetB]: MergedPosition): boolean {
  if (timeA !== timeB) return timeA > timeB;
  return streamA === streamB ? offsetA > offsetB : streamA > streamB;
}

/** The jobs that may have such lines, the oldest last. */
function jobsOf({ store }: LogsContext, { names, prefix, from, until, after }: MergedQuery): JobSummary[] {
  const slash = prefix.indexOf('/');
  const asked = names?.map((name) => name.slice(0, Math.max(0, name.indexOf('/'))));
  const earliest = Math.max(from, after?.[0] ?? 0);
  return store.list().filter((job) => {
    const { TrainingJobName: name } = job;
    if (asked !== undefined && !asked.includes(name)) return false;
    if (slash >= 0 ? name !== prefix.slice(0, slash) : !`${name}/`.startsWith(prefix)) return false;
    if (job.CreationTime * 1000 >= until) return false;
    // Its last line came before its last status.
    return !hasEnded(job.TrainingJobStatus) || (job.LastModifiedTime + 1) * 1000 >= earliest;
  });
}
