import pino from 'pino';
import { visibleJson } from '../text/visible.ts';
import type { LogSink } from './log.ts';

/** One JSON object a line, by pino, through `write`: this module is in a bundle of its own, standard error in another. */
export function makePinoSink(write: (text: string) => void): LogSink {
  const logger = pino(
    {
      level: 'trace',
      base: { name: 'optml' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(visibleJson(line)) },
  );
  return (level, message) => logger[level](message);
}
