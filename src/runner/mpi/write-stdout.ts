import { write } from 'node:fs';
import { sleep } from '../../clock.ts';
import { systemErrorCode } from '../../errors/error.ts';

const STDOUT = 1;
const EAGAIN_PAUSE_MS = 2;

/** Writes a chunk to standard output, outside of the event loop, since a slow reader may block. Never rejects. */
export function writeStdout(chunk: Buffer, from = 0): Promise<void> {
  return new Promise((resolve) => {
    write(STDOUT, chunk, from, (error, written) => {
      if (error === null) resolve(from + written < chunk.length ? writeStdout(chunk, from + written) : undefined);
      else if (systemErrorCode(error) === 'EAGAIN')
        resolve(sleep(EAGAIN_PAUSE_MS).then(() => writeStdout(chunk, from)));
      // The reader is gone: the job goes on without.
      else resolve();
    });
  });
}
