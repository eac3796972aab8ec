import type { GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine } from '../../jobs/logs/host-log.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidParameter, invalidToken, noSuchStream } from './log-errors.ts';
import { EVENT_LIMITS, eventOf, type LogEvent } from './log-event.ts';
import { checkGroup } from './log-group.ts';
import { logStreamsOf, StreamLog } from './log-streams.ts';
import { type LogsContext, recordOf } from './logs-context.ts';

/** A direction, and the byte from which on, or before which, a page is read. */
interface PagePosition {
  readonly isForward: boolean;
  readonly offset: number;
}

// Bytes that one answer looks at: lines without a character are no events, and there may be very many.
const MOST_SCANNED_BYTES = 16 << 20;

/**
 * GetLogEvents: events of one stream, in both directions. At an end of the stream the token stays the one that was sent, by
 * which clients see that they have everything.
 */
export function getLogEvents(input: Input, context: LogsContext) {
  const reader = new InputReader(input, invalidParameter);
  checkGroup(reader);
  const name = reader.requiredText('logStreamName');
  const limit = reader.integer('limit', 1, EVENT_LIMITS.events) ?? EVENT_LIMITS.events;
  const from = reader.integer('startTime', 0, Number.MAX_SAFE_INTEGER);
  const until = reader.integer('endTime', 0, Number.MAX_SAFE_INTEGER);
  const isFromHead = reader.flag('startFromHead');
  const token = reader.text('nextToken', 128);
  const record = recordOf(context, name.slice(0, Math.max(0, name.indexOf('/'))));
  const stream = record && logStreamsOf(record).find((one) => one.name === name);
  if (record === undefined || stream === undefined) throw noSuchStream();
  const part = new StreamLog(context.store.folderOf(record.TrainingJobName), record, stream);
  try {
    const start = Math.max(part.start, from === undefined ? 0 : part.log.offsetAt(from));
    const end = Math.min(part.end, until === undefined ? part.end : part.log.offsetAt(until));
    const position = token === undefined ? firstPage(isFromHead, start, end) : positionOf(token);
    return readPage(part, { start, end: Math.max(start, end) }, position, limit);
  } finally {
    part.close();
  }
}

function firstPage(isForward: boolean, start: number, end: number): PagePosition {
  return { isForward, offset: isForward ? start : end };
}

function readPage(
  { log }: StreamLog,
  { start, end }: { readonly start: number; readonly end: number },
  { isForward, offset }: PagePosition,
  limit: number,
) {
  const first = Math.min(Math.max(offset, start), end);
  const events: LogEvent[] = [];
  let bytes = 0;
  let position = first;
  const isFull = () => events.length >= limit || bytes >= EVENT_LIMITS.bytes;
  const isTired = () => Math.abs(position - first) >= MOST_SCANNED_BYTES;
  while (!isFull() && !isTired()) {
    const line: LogLine | undefined = isForward ? log.lineAt(position) : log.lineBefore(position);
    if (line === undefined || line.end > end || line.offset < start) break;
    position = isForward ? line.end : line.offset;
    const event = eventOf(line);
    if (event === undefined) continue;
    events.push(event);
    bytes += line.bytes.length;
  }
  // Empty lines alone move no token.
  const last = events.length === 0 && !isTired() ? first : position;
  const [low, high] = isForward ? [first, last] : [last, first];
  return {
    events: (isForward ? events : events.reverse()).map((event) => ({ ...event, ingestionTime: event.timestamp })),
    nextForwardToken: tokenOf({ isForward: true, offset: high }),
    nextBackwardToken: tokenOf({ isForward: false, offset: low }),
  } satisfies Omit<GetLogEventsCommandOutput, '$metadata'>;
}

function tokenOf({ isForward, offset }: PagePosition): string {
  return `${isForward ? 'f' : 'b'}/${String(offset).padStart(56, '0')}`;
}

function positionOf(token: string): PagePosition {
  const [, direction, offset] = /^([fb])\/(\d{56})$/.exec(token) ?? [];
  if (direction === undefined || !Number.isSafeInteger(Number(offset))) throw invalidToken();
  return { isForward: direction === 'f', offset: Number(offset) };
}
