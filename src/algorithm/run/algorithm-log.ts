import { visibleText } from '../../text/visible.ts';
import type { AlgorithmLog } from '../context.ts';

/** The log of an algorithm: lines as they are, without a time, in which metrics are searched. */
export const algorithmLog: AlgorithmLog = {
  info: (message) => {
    process.stdout.write(`${visibleText(message)}\n`);
  },
  warn: (message) => {
    process.stdout.write(`WARNING: ${visibleText(message)}\n`);
  },
  error: (message) => {
    process.stderr.write(`ERROR: ${visibleText(message)}\n`);
  },
};
