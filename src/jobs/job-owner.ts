import { isRunning, type ProcessIdentity, thisProcess } from '../process/process-identity.ts';
import type { JobOwner } from './record.ts';

/** This process, as the runner of a job. */
export function thisOwner(): JobOwner {
  return thisProcess();
}

/** Whether the process that runs a job is still there. */
export function isAlive(runner: JobOwner): boolean {
  return isRunning(runner satisfies ProcessIdentity);
}
