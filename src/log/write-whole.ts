import { write } from 'node:fs';
import { sleep } from '../concurrency/clock.ts';
import { systemErrorCode } from '../errors/error.ts';

const EAGAIN_PAUSE_MS = 2;

/** Writes a chunk whole to an open file, outside of the event loop, since it may block. False when it cannot: the reader is gone. */
export function writeWhole(descriptor: number, chunk: Buffer, from = 0): Promise<boolean> {
  return new Promise((resolve) => {
    write(descriptor, chunk, from, (error, written) => {
      if (error === null) resolve(from + written >= chunk.length || writeWhole(descriptor, chunk, from + written));
      // A program may have put a shared pipe into non-blocking mode.
      else if (systemErrorCode(error) === 'EAGAIN')
        resolve(sleep(EAGAIN_PAUSE_MS).then(() => writeWhole(descriptor, chunk, from)));
      else resolve(false);
    });
  });
}
