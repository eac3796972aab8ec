import { readFileSync } from 'node:fs';
import { monotonicMs } from '../concurrency/clock.ts';
import { systemErrorCode } from '../errors/error.ts';
import { listProcesses, readStat } from './list-processes.ts';

/** Name of the variable that marks every process which descends from one program, wherever it moves. */
export const MARK_VARIABLE = 'OPTML_PROCESS_MARK';

/** A mark that no other program has. Not a secret: it only has to differ. */
export function makeMark(): string {
  return `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

/** The variable's value for a program: its own mark and, for a job within a job, those of the jobs around it. */
export function markValue(mark: string, variables: Readonly<NodeJS.ProcessEnv>): string {
  const outer = variables[MARK_VARIABLE];
  return outer ? `${mark},${outer}` : mark;
}

/** A program and all that descends from it. */
export interface Family {
  /** Process id of the program, and id of its group and session. */
  readonly leader: number;
  /** Empty where it is not known: then only the group and session count. */
  readonly mark: string;
  /** When the program started, in clock ticks since boot; 0 where that is not known. */
  readonly startedAt: number;
  /** The same by our own clock, in milliseconds. */
  readonly startedAtMs: number;
}

/**
 * The family of the program that has just been started as process `leader`, the leader of its group and session. `startedAt`: when
 * something older started, if the program may have ended already.
 */
export function familyOf(leader: number, mark: string, startedAt = findStartTicks(leader) ?? 0): Family {
  return { leader, mark, startedAt, startedAtMs: monotonicMs() };
}

/** When the process started, in clock ticks since boot; undefined when it is gone or the system does not say. */
export function findStartTicks(pid: number): number | undefined {
  return readStat(pid)?.startedAt;
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
 * Finds the live processes of a family: those of its group or session, and those that left but carry its mark in their
 * environment. Zombies do not count: reaping strangers is the init process's part. Where there is no `/proc`, only the
 * group as a whole can be asked for.
 */
export function findFamily(family: Family): readonly LiveProcess[] {
  const { leader } = family;
  const pids = youngProcesses(family) ?? listProcesses();
  if (pids === undefined) {
    return signalGroup(leader, 0) ? [{ pid: -leader, name: 'process group', isInGroup: true }] : [];
  }
  return pids.flatMap((pid) => {
    const stat = readStat(pid);
    // Descendants are younger than the program: this spares a look into the environment of all others.
    if (stat === undefined || pid === process.pid || stat.startedAt < family.startedAt) return [];
    if (stat.state === 'Z' || stat.state === 'X') return [];
    const isInGroup = stat.group === leader || stat.session === leader;
    return isInGroup || (pid > 1 && hasMark(pid, family.mark)) ? [{ pid, name: stat.name, isInGroup }] : [];
  });
}

// A program that does nothing is the rule in tests and the worst case for our own share of the time.
const YOUNG_MS = 1000;
const FEW = 100;

/**
 * The ids that processes younger than the program can have, while it is so young that no system has gone round all its
 * ids, and when there are few: it spares a look at every process of the machine. Undefined otherwise.
 */
function youngProcesses({ leader, startedAt, startedAtMs }: Family): readonly number[] | undefined {
  if (startedAt === 0 || monotonicMs() - startedAtMs > YOUNG_MS) return undefined;
  const count = newestProcess() - leader;
  return count >= 0 && count < FEW ? Array.from({ length: count + 1 }, (_, index) => leader + index) : undefined;
}

/** The id given last, or 0 where that is not known. */
function newestProcess(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').split(' ').at(-1));
  } catch {
    // Some sandboxes hide it.
    return 0;
  }
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

function hasMark(pid: number, mark: string): boolean {
  // Every text holds the empty one.
  if (mark === '') return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
  } catch {
    // Another user's process, or one that ended meanwhile.
    return false;
  }
}
