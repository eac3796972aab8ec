import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OptmlError, systemErrorCode } from '../../../errors/error.ts';

const LIMIT_MS = 60_000;

/** Longest pause between two looks for a reader: eight channels without a reader take 2 % of a core. */
const LONGEST_PAUSE_MS = 100;
/** The first pauses are shorter, since the next epoch often follows immediately: so much of the time that has passed. */
const PAUSE_SHARE = 1 / 8;

/** Makes FIFOs that everybody may read, all by one call of a program: Node cannot. */
export async function makeFifos(files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    execFile(
      'mkfifo',
      ['-m', '644', ...files],
      { timeout: LIMIT_MS, killSignal: 'SIGKILL' },
      (error, _stdout, stderr) => {
        if (error === null) resolve();
        else if (systemErrorCode(error) === 'ENOENT') {
          const fix = 'Install it: Pipe mode needs FIFOs.';
          reject(new OptmlError('START_FAILED', 'the program mkfifo is not on PATH', { fix, cause: error }));
        } else {
          const message = `cannot make a FIFO: ${stderr.trim() || error.message}`;
          const fix = 'Pipe mode needs a file system that has FIFOs: set OPTML_HOME to another.';
          reject(new OptmlError('DISK_WRITE_FAILED', message, { fix, cause: error }));
        }
      },
    );
  });
}

/**
 * Opens a FIFO for writing as soon as somebody reads it; undefined when `signal` is aborted first. Never blocks: a blocking
 * open would hold a thread of Node's pool until there is a reader, and four of them would stop everything.
 */
export async function openFifo(file: string, signal: AbortSignal): Promise<number | undefined> {
  for (let waited = 0; !signal.aborted; ) {
    const fd = tryOpen(file);
    if (fd !== undefined) return fd;
    const pause = Math.min(Math.max(1, waited * PAUSE_SHARE), LONGEST_PAUSE_MS);
    waited += pause;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

function tryOpen(file: string): number | undefined {
  // The folder is the job's to write to: what is no FIFO any more must not be written to.
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(file, flags);
  } catch (error) {
    // No reader, or taken away by the job.
    if (['ENXIO', 'ENOENT', 'ELOOP'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  return undefined;
}
