import { unlinkSync } from 'node:fs';
import { DRIVER_MARKS, SOURCE_CHANNELS } from '../../contract/channels.ts';
import type { ContainerJob } from '../engine.ts';

/**
 * Removes the files by which the MPI drivers of ModelTrainer on `hosts` report to one another. A container has its own
 * `/tmp`, but hosts here share the machine's: a worker would take the file of an earlier job for the end of its own. Does
 * nothing for other jobs, and leaves files that belong to another user.
 */
export function removeDriverMarks({ arguments: args = [], hosts: all }: ContainerJob, hosts: readonly string[]): void {
  if (all.length === 1 || !args.some((word) => word.includes(`/${SOURCE_CHANNELS.drivers}/`))) return;
  for (const mark of hosts.flatMap(DRIVER_MARKS)) {
    try {
      unlinkSync(mark);
    } catch {
      // Most often there is none.
    }
  }
}
