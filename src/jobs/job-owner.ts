import { systemErrorCode } from '../errors/error.ts';
import { readStat } from '../process/list-processes.ts';
import type { JobOwner } from './record.ts';

/** This process, as the runner of a job. `startTicks` is empty where there is no /proc. */
export function thisOwner(): JobOwner {
  return { pid: process.pid, startTicks: String(readStat(process.pid)?.startedAt ?? '') };
}

/** Whether the process that runs a job is still there. A zombie has ended; where there is no /proc only the id counts. */
export function isAlive(runner: JobOwner): boolean {
  if (runner.startTicks === '') return isThere(runner.pid);
  const stat = readStat(runner.pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return false;
  return String(stat.startedAt) === runner.startTicks;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
