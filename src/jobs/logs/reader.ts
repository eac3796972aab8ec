import { sleep } from '../../clock.ts';
import { LogCursor, type LogPart } from './cursor.ts';
import { loggedHosts } from './files.ts';

export interface ReadLogsOptions {
  /** Only this host; otherwise all. */
  readonly host?: string | undefined;
  /**
   * Where given, the logs are followed: what comes is shown as it comes, until this says that the job has ended. It must
   * say so only when the logs are complete.
   */
  readonly hasEnded?: () => boolean;
}

// How soon a line that was written is shown.
const POLL_MS = 100;

/** The logs of the job in the folder `dir`: whole lines, those of several hosts in the order in which they came. */
export async function* readLogs(
  dir: string,
  { host, hasEnded = () => true }: ReadLogsOptions,
): AsyncGenerator<LogPart> {
  const cursors = new Map<string, LogCursor>();
  for (;;) {
    // Asked before the logs are read: what was written before the end is then read for certain.
    const isOver = hasEnded();
    for (const name of host === undefined ? loggedHosts(dir) : [host]) {
      if (!cursors.has(name)) cursors.set(name, new LogCursor(dir, name));
    }
    yield* inOrder([...cursors.values()]);
    if (isOver) break;
    yield* partsOf(cursors, (cursor) => cursor.takeProgress());
    await sleep(POLL_MS);
  }
  yield* partsOf(cursors, (cursor) => cursor.takeRest());
}

function* partsOf(
  cursors: ReadonlyMap<string, LogCursor>,
  take: (cursor: LogCursor) => LogPart | undefined,
): Generator<LogPart> {
  for (const cursor of cursors.values()) {
    const part = take(cursor);
    if (part !== undefined) yield part;
  }
}

function* inOrder(cursors: readonly LogCursor[]): Generator<LogPart> {
  for (;;) {
    let first: LogCursor | undefined;
    for (const cursor of cursors) {
      const part = cursor.peek();
      if (part !== undefined && part.time < (first?.peek()?.time ?? Number.POSITIVE_INFINITY)) first = cursor;
    }
    const part = first?.peek();
    if (first === undefined || part === undefined) return;
    yield part;
    first.skip();
  }
}
