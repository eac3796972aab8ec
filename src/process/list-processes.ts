import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { readTextIfAny } from '../job-tree/input/read-text.ts';

/** The ids of all processes; undefined without a `/proc` that lists at least this process. */
export function listProcesses(): readonly number[] | undefined {
  try {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    // A /proc of another kind, or one that hides even this process, cannot be relied on.
    return pids.includes(process.pid) ? pids : undefined;
  } catch {
    // No Linux, or no /proc.
    return undefined;
  }
}

/** What `/proc` contains about one process. */
export interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly group: number;
  readonly session: number;
  readonly startedAt: number;
}

// A stat line has about 300 bytes.
const STAT_BYTES = 1024;

/** Reads a process's `stat` file; undefined for a process that has ended, or without `/proc`. */
export function readStat(pid: number): ProcessStat | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`/proc/${pid}/stat`, 'r');
    const buffer = Buffer.allocUnsafe(STAT_BYTES);
    const text = buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, STAT_BYTES, 0));
    // The name is in parentheses and may contain any character.
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    return {
      name: text.slice(text.indexOf('(') + 1, end),
      state: fields[0] ?? '',
      group: Number(fields[2]),
      session: Number(fields[3]),
      startedAt: Number(fields[19]),
    };
  } catch {
    // It ended in the meantime.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The oldest child of a process; undefined for one without children, and where the system does not list them. */
export function firstChild(pid: number): number | undefined {
  const children = readTextIfAny(`/proc/${pid}/task/${pid}/children`)?.trim();
  return children ? Number(children.split(' ')[0]) : undefined;
}
