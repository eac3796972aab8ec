import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';

/** Name of the variable that marks every process which descends from one program, wherever it moves. */
export const MARK_VARIABLE = 'OPTML_PROCESS_MARK';

/** A mark that no other job has. */
export function makeMark(): string {
  return randomBytes(12).toString('hex');
}

/** A process that is still there. */
export interface LiveProcess {
  readonly pid: number;
  /** Its short name, for messages. */
  readonly name: string;
  /** Whether it is in the program's own process group or session; else it left and was found by its mark. */
  readonly isInGroup: boolean;
}

/**
 * Finds the live processes of a program: those of its group or session `leader`, and those that left but carry `mark`
 * in their environment. Zombies do not count: reaping strangers is the init process's part. Where there is no `/proc`,
 * only the group as a whole can be asked for.
 */
export function findFamily(leader: number, mark: string): readonly LiveProcess[] {
  const pids = listProcesses();
  if (pids === undefined) return isGroupAlive(leader) ? [{ pid: -leader, name: 'process group', isInGroup: true }] : [];
  return pids.flatMap((pid) => {
    const stat = readStat(pid);
    if (stat === undefined || pid === process.pid || stat.state === 'Z' || stat.state === 'X') return [];
    const isInGroup = stat.group === leader || stat.session === leader;
    if (!isInGroup && !(pid > 1 && hasMark(pid, mark))) return [];
    return [{ pid, name: stat.name, isInGroup }];
  });
}

/** Sends `signal` to every process of the group. False when there is none. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  return sendSignal(-leader, signal);
}

/** Sends `signal` to one process. False when it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to another user; nothing more can be done about it.
    return systemErrorCode(error) === 'EPERM';
  }
}

function isGroupAlive(leader: number): boolean {
  return signalGroup(leader, 0);
}

function listProcesses(): readonly number[] | undefined {
  try {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    // A /proc of another kind, or one that hides even ourselves, cannot be relied on.
    return pids.includes(process.pid) ? pids : undefined;
  } catch {
    return undefined;
  }
}

interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly group: number;
  readonly session: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may hold any character.
    const end = text.lastIndexOf(')');
    const [state = '', , group, session] = text.slice(end + 2).split(' ', 4);
    return { name: text.slice(text.indexOf('(') + 1, end), state, group: Number(group), session: Number(session) };
  } catch {
    // It ended while we were looking.
    return undefined;
  }
}

function hasMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK_VARIABLE}=${mark}`);
  } catch {
    // Another user's process, or one that ended meanwhile.
    return false;
  }
}
