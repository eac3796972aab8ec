import { writeSync } from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';

const PAUSE_MS = 5;
const LONGEST_WAIT_MS = 2000;

/**
 * Writes text to standard error at once, whole. A reader that is slow for more than two seconds, or gone, loses the text:
 * a log line never ends a training job.
 */
export function writeStderr(text: string): void {
  let rest = Buffer.from(text);
  let waited = 0;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      // EAGAIN: standard error is a pipe in non-blocking mode, and full.
      if (systemErrorCode(error) !== 'EAGAIN' || waited >= LONGEST_WAIT_MS) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      waited += PAUSE_MS;
    }
  }
}
