import { sleep } from '../../concurrency/clock.ts';
import { OptmlError } from '../../errors/error.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import { LogCursor, type LogPart, type LogPosition } from './cursor.ts';
import { loggedHosts } from './files.ts';
import type { LogSource, LogToken, StreamOptions } from './log-source.ts';

export interface FileLogOptions {
  /** Whether the job has its final status. */
  readonly hasEnded: () => boolean;
  /** How soon a line that was written is shown. By default 100 ms. */
  readonly pollMs?: number;
}

const POLL_MS = 100;

/** The logs of the job in the folder `dir`. */
export function fileLogSource(dir: string, { hasEnded, pollMs = POLL_MS }: FileLogOptions): LogSource {
  return {
    hosts: async () => loggedHosts(dir),
    read: async (host, from) => {
      const cursor = new LogCursor(dir, host, from === undefined ? undefined : positionOf(from));
      // Asked before the log is read: it is complete then.
      const isOver = hasEnded();
      const parts = cursor.takeParts();
      const rest = isOver && parts.length === 0 ? cursor.takeRest() : undefined;
      return { parts: rest === undefined ? parts : [rest], next: tokenOf(cursor.position) };
    },
    stream: (options = {}) => streamFiles(dir, options, { hasEnded, pollMs }),
  };
}

async function* streamFiles(
  dir: string,
  { host, isFollowed = false }: StreamOptions,
  { hasEnded, pollMs }: Required<FileLogOptions>,
): AsyncGenerator<LogPart> {
  const cursors = new Map<string, LogCursor>();
  for (;;) {
    // Asked before the logs are read: they are complete then.
    const isOver = !isFollowed || hasEnded();
    for (const name of host === undefined ? loggedHosts(dir) : [host]) {
      if (!cursors.has(name)) cursors.set(name, new LogCursor(dir, name));
    }
    yield* inOrder([...cursors.values()]);
    if (isOver) break;
    yield* partsOf(cursors, (cursor) => cursor.takeProgress());
    await sleep(pollMs);
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

function tokenOf({ offset, timesOffset, time }: LogPosition): LogToken {
  return [offset, timesOffset, time].join('/');
}

function positionOf(token: LogToken): LogPosition {
  const [, offset, timesOffset, time] = /^(\d{1,15})\/(\d{1,15})\/(\d{1,15}(?:\.\d{1,15})?)$/.exec(token) ?? [];
  if (offset === undefined) {
    throw new OptmlError('USAGE', `expected a token of this log, got ${quoteValue(token)}`, {
      fix: 'Use the token of an earlier page, or none to read from the start.',
      exitCode: 2,
    });
  }
  return { offset: Number(offset), timesOffset: Number(timesOffset), time: Number(time) };
}
