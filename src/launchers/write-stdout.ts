import { writeWhole } from '../log/write-whole.ts';

const STDOUT = 1;

/** Writes a chunk whole to standard output, after those before it. Never rejects: a job goes on without a reader. */
export type WriteOutput = (chunk: Buffer) => Promise<void>;

/** Takes standard output over for several programs. Writes outside of the event loop, since a slow reader may block. */
export function takeStandardOutput(): WriteOutput {
  let last: Promise<unknown> = Promise.resolve();
  return async (chunk) => {
    last = last.then(() => writeWhole(STDOUT, chunk));
    await last;
  };
}
