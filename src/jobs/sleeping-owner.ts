import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the FIFOs at which processes of jobs sleep until they may run. Absolute. */
export function sleepersDir(jobsDir: string): string {
  return join(dirname(jobsDir), 'endpoint', 'sleepers');
}

/** The FIFO at which the process of the job `name` sleeps, if it does. */
export function sleeperFifo(jobsDir: string, name: string): string {
  return join(sleepersDir(jobsDir), name);
}

/** Wakes the process of the job `name`, which then looks for itself what there is to do. Of one that does not sleep, nothing changes. */
export function wakeOwner(jobsDir: string, name: string): void {
  try {
    // Without a reader, opening fails instead of waiting for one.
    const fifo = openSync(sleeperFifo(jobsDir, name), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fifo, '\n');
    } finally {
      closeSync(fifo);
    }
  } catch {
    // It is awake.
  }
}
