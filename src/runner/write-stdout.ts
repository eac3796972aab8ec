import { write } from 'node:fs';
import { sleep } from '../clock.ts';
import { systemErrorCode } from '../errors/error.ts';

const STDOUT = 1;
const EAGAIN_PAUSE_MS = 2;

// Standard output belongs to the process, and so does the order of what several programs write to it.
let last: Promise<void> = Promise.resolve();

/**
 * Writes a chunk whole to standard output, after those before it, and outside of the event loop, since a slow reader may
 * block. Never rejects: a job goes on without a reader.
 */
export function writeStdout(chunk: Buffer): Promise<void> {
  last = last.then(() => writeFrom(chunk, 0));
  return last;
}

function writeFrom(chunk: Buffer, from: number): Promise<void> {
  return new Promise((resolve) => {
    write(STDOUT, chunk, from, (error, written) => {
      if (error === null) resolve(from + written < chunk.length ? writeFrom(chunk, from + written) : undefined);
      else if (systemErrorCode(error) === 'EAGAIN') resolve(sleep(EAGAIN_PAUSE_MS).then(() => writeFrom(chunk, from)));
      else resolve();
    });
  });
}
