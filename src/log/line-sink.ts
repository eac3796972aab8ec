import type { LogSink } from './log.ts';

/** Readable lines: time (UTC), level, message. No library is loaded for them. */
export function makeLineSink(write: (text: string) => void, now: () => Date = () => new Date()): LogSink {
  return (level, message) => write(`${now().toISOString()} optml ${level.toUpperCase().padEnd(5)} ${message}\n`);
}
