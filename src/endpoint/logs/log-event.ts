import type { LogLine } from '../../jobs/logs/host-log.ts';
import { logText } from '../../jobs/metrics/log-text.ts';

/** A line as CloudWatch Logs shows it. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Without a line break, never empty. */
  readonly message: string;
}

/** The event of a line; undefined for an empty line, which CloudWatch Logs does not take (contract C55). */
export function eventOf({ time, bytes }: LogLine): LogEvent | undefined {
  const message = logText(`${bytes.toString('utf8')}\n`).slice(0, -1);
  return message === '' ? undefined : { timestamp: time, message };
}

/** Most events of an answer, and about how many bytes of messages it may have. */
export const EVENT_LIMITS = { events: 10_000, bytes: 1 << 20 } as const;
