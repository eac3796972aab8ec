import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { type Input, InputReader } from '../protocols/input.ts';
import { filterOf } from './filter-pattern.ts';
import { invalidParameter, invalidToken } from './log-errors.ts';
import { EVENT_LIMITS, eventOf } from './log-event.ts';
import { checkGroup } from './log-group.ts';
import type { LogsContext } from './logs-context.ts';
import { MergedLines, type MergedPosition } from './merged-lines.ts';

// Bytes that one answer looks at. An answer may be empty and still have a next page.
const MOST_SCANNED_BYTES = 16 << 20;
// Then other requests have their turn.
const TURN_BYTES = 256 << 10;

/** FilterLogEvents: events of several streams in the order of their times, that fit a pattern. */
export async function filterLogEvents(input: Input, context: LogsContext) {
  const reader = new InputReader(input, invalidParameter);
  checkGroup(reader);
  const names = reader.texts('logStreamNames', 100);
  const prefix = reader.text('logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined) {
    throw invalidParameter('Only one of logStreamNames and logStreamNamePrefix can be specified.');
  }
  const limit = reader.integer('limit', 1, EVENT_LIMITS.events) ?? EVENT_LIMITS.events;
  const from = reader.integer('startTime', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const until = reader.integer('endTime', 0, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
  const pattern = typeof input['filterPattern'] === 'string' ? input['filterPattern'] : '';
  if (pattern.length > 1024) throw invalidParameter('The filter pattern is longer than 1024 characters.');
  const fits = filterOf(pattern);
  const token = reader.text('nextToken', 4096);
  const after = token === undefined ? undefined : positionOf(token);
  const lines = new MergedLines(context, { names, prefix: prefix ?? '', from, until, after });
  const events = [];
  let scanned = 0;
  let bytes = 0;
  let last = after;
  let hasMore = false;
  try {
    for (;;) {
      const next = await lines.next();
      if (next === undefined) break;
      const isFull = events.length >= limit || bytes >= EVENT_LIMITS.bytes || scanned >= MOST_SCANNED_BYTES;
      if (isFull) {
        hasMore = true;
        break;
      }
      const { line, stream } = next;
      last = [line.time, stream, line.offset];
      const event = eventOf(line);
      const lineBytes = line.end - line.offset;
      const isTurnOver = Math.floor((scanned + lineBytes) / TURN_BYTES) > Math.floor(scanned / TURN_BYTES);
      scanned += lineBytes;
      if (isTurnOver) await setImmediate();
      if (event === undefined || !fits(event.message)) continue;
      bytes += lineBytes;
      const { timestamp, message } = event;
      events.push({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: timestamp,
        eventId: eventId(stream, line.offset, timestamp),
      });
    }
  } finally {
    lines.close();
  }
  return {
    events,
    searchedLogStreams: [],
    ...(hasMore && last !== undefined && { nextToken: tokenOf(last) }),
  } satisfies Omit<FilterLogEventsCommandOutput, '$metadata'>;
}

// 56 digits, as the service has them: the time first, so that ids are in the order of time.
function eventId(stream: string, offset: number, time: number): string {
  const hash = BigInt(`0x${createHash('md5').update(stream).digest('hex')}`) % 10n ** 25n;
  return `${pad(time, 15)}${pad(offset, 16)}${String(hash).padStart(25, '0')}`;
}

const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

const tokenOf = (position: MergedPosition): string => Buffer.from(JSON.stringify(position)).toString('base64url');

function positionOf(token: string): MergedPosition {
  try {
    const [time, stream, offset] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (Number.isFinite(time) && typeof stream === 'string' && Number.isSafeInteger(offset)) {
      return [time as number, stream, offset as number];
    }
  } catch {
    // Not one of these tokens.
  }
  throw invalidToken();
}
