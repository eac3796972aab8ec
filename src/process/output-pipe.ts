import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeMark } from './family.ts';

// Twice what a pipe holds: with less, reading stops and starts again at every chunk.
const READ_AHEAD_BYTES = 128 * 1024;

/** Both ends of a pipe, for what a child writes. */
export interface OutputPipe {
  readonly source: Readable;
  /** To be given to the child, and closed here once it runs: then the source ends with the last writer. */
  readonly writeEnd: number;
}

/**
 * Makes a real pipe. Node gives a child a socket instead, and a socket cannot be opened as `/dev/stderr`: shell scripts
 * that write `echo … > /dev/stderr` would fail. Undefined where none can be made (no `mkfifo`, no writable temporary
 * folder): Node's socket then has to do. Takes a few milliseconds, in which other work can be done; the pipe has a name in
 * `dir` meanwhile.
 */
export async function makeOutputPipe(dir = tmpdir()): Promise<OutputPipe | undefined> {
  const file = join(dir, `optml-${makeMark()}`);
  try {
    await makeFifo(file);
    return openErrorFifo(file);
  } catch {
    return undefined;
  } finally {
    if (existsSync(file)) unlinkSync(file);
  }
}

/** Opens both ends of the pipe whose name is `file`. */
export function openErrorFifo(file: string): OutputPipe {
  // Reading without blocking first: opening for writing would wait for a reader.
  const readEnd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(file, constants.O_WRONLY);
  const options = { fd: readEnd, readable: true, writable: false, highWaterMark: READ_AHEAD_BYTES };
  return { source: new Socket(options), writeEnd };
}

/** Closes the end that the child has a copy of. */
export function closeWriteEnd(pipe: OutputPipe): void {
  closeSync(pipe.writeEnd);
}

function makeFifo(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mkfifo', ['-m', '600', file], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`mkfifo: exit code ${code}`))));
  });
}
