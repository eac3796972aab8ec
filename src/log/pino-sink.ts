import pino from 'pino';
import type { LogSink } from './log.ts';
import { writeStderr } from './write-stderr.ts';

/** One JSON object a line, by pino, written synchronously: what was logged before a crash is there. */
export function makePinoSink(): LogSink {
  const logger = pino(
    {
      name: 'optml',
      level: 'trace',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: writeStderr },
  );
  return (level, message) => logger[level](message);
}
