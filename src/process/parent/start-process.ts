import { type ChildProcess, type SpawnOptions, type StdioOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { childExitCode } from '../../contract/exit-codes.ts';
import { findStartTicks } from '../family.ts';
import { findOnPath } from '../find-on-path.ts';
import { signalName } from '../signals.ts';
import { parentCommand } from './parent-command.ts';

/** How a process has ended. */
export interface ProcessExit {
  /** 128 + n for signal n. */
  readonly exitCode: number;
  /** The signal that killed it, as `SIGTERM` or `SIGRTMIN+6 (signal 40)`, or null. */
  readonly signal: string | null;
}

/** A process that runs. */
export interface StartedProcess {
  /** Its id, and that of its process group and session. */
  readonly pid: number;
  /** When it started at the earliest, in clock ticks since boot; 0 where that is not known. */
  readonly startedAt: number;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exited: Promise<ProcessExit>;
}

/** How to start it, without a shell. */
export interface ProcessStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Standard input, output and error. */
  readonly stdio: readonly ['ignore', 'ignore' | 'inherit' | 'pipe' | number, 'pipe' | number];
}

/**
 * Starts a process in a session of its own. On Linux, its parent is a program of 550 bytes (`README.md`), which
 * reports an end by any signal: Node reports a real-time signal as exit code 0 (contract C73).
 *
 * @throws the system's error if the process cannot be started.
 */
export async function startProcess(start: ProcessStart): Promise<StartedProcess> {
  return (await startByParent(start)) ?? startAlone(start);
}

async function startAlone({ file, args, stdio, ...start }: ProcessStart): Promise<StartedProcess> {
  const child = spawn(file, args, optionsOf(start, [...stdio]));
  const startedAt = startOf(child);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  // Later errors concern signals that could not be sent. `family.ts` sends signals, and checks them.
  child.on('error', () => undefined);
  return { pid: child.pid ?? 0, startedAt, stdout: child.stdout, stderr: child.stderr, exited: exitOf(child) };
}

// What the parent reports: the id of the program, again once it has been executed, and the wait status at its end.
const EXECUTED_BYTES = 8;
const ALL_BYTES = 12;

/** Undefined if it does not work for any reason: {@link startAlone} then works, or throws the right error. */
async function startByParent({ file, args, stdio, ...start }: ProcessStart): Promise<StartedProcess | undefined> {
  const path = file.includes('/') ? file : findOnPath(file, start.variables);
  if (process.platform !== 'linux' || path === undefined) return undefined;
  const [parent, ...words] = parentCommand(path, file);
  const child = spawn(parent, [...words, ...args], optionsOf(start, [...stdio, 'pipe']));
  const startedAt = startOf(child);
  const failed = new Promise((resolve) => child.once('error', resolve));
  // There are no streams if the process could have no further descriptor.
  const report = child.stdio?.[3] as Readable | undefined;
  const exited = exitOf(child);
  let bytes = Buffer.alloc(0);
  const closed = new Promise((resolve) => report?.once('close', resolve).on('error', () => undefined));
  const isExecuted = new Promise<void>((resolve) => {
    report?.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= EXECUTED_BYTES) resolve();
    });
  });
  await Promise.race([isExecuted, failed, closed]);
  if (bytes.length < EXECUTED_BYTES) {
    const isParentKilled = child.pid !== undefined && (await exited).signal !== null;
    if (!isParentKilled) return undefined;
    // The program may run already: it is not started a second time.
    if (bytes.length === 0) throw Object.assign(new Error('killed while it started'), { code: 'ECHILD' });
  }
  const end = async (): Promise<ProcessExit> => {
    await closed;
    const exit = await exited;
    return bytes.length < ALL_BYTES ? exit : { ...exit, signal: signalOf(bytes.readInt32LE(EXECUTED_BYTES)) };
  };
  return { pid: bytes.readInt32LE(0), startedAt, stdout: child.stdout, stderr: child.stderr, exited: end() };
}

function optionsOf({ cwd, variables }: Pick<ProcessStart, 'cwd' | 'variables'>, stdio: StdioOptions): SpawnOptions {
  return { cwd, env: variables, detached: true, stdio };
}

// It is there until its end has been read, which is later. Of a program that has ended, nothing shows its start.
function startOf({ pid = 0 }: ChildProcess): number {
  return findStartTicks(pid) ?? 0;
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve({ exitCode: childExitCode(code, signal), signal })),
  );
}

/** The signal in a wait status. */
function signalOf(status: number): string | null {
  const signal = status & 0x7f;
  return signal === 0 ? null : signalName(signal);
}
