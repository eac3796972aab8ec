import { writeWhole } from '../log/write-whole.ts';

const STDOUT = 1;

// Standard output belongs to the process, and so does the order of what several programs write to it.
let last: Promise<unknown> = Promise.resolve();

/**
 * Writes a chunk whole to standard output, after those before it, and outside of the event loop, since a slow reader may
 * block. Never rejects: a job goes on without a reader.
 */
export async function writeStdout(chunk: Buffer): Promise<void> {
  last = last.then(() => writeWhole(STDOUT, chunk));
  await last;
}
