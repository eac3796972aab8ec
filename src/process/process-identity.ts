import { systemErrorCode } from '../errors/error.ts';
import { readStat } from './list-processes.ts';

/** A process that no later one of the same number is taken for. `startTicks` is empty where there is no /proc. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTicks: String(readStat(process.pid)?.startedAt ?? '') };
}

/** Whether a process is still there. A zombie has ended; where there is no /proc only the number counts. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  if (startTicks === '') return isThere(pid);
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return false;
  return String(stat.startedAt) === startTicks;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
