import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { childExitCode, EXIT_CODES } from '../../../contract/exit-codes.ts';
import { MARK_VARIABLE, makeMark, markValue, signalGroup } from '../../../process/family.ts';
import { firstChild } from '../../../process/list-processes.ts';
import { parentCommand } from '../../../process/parent/parent-command.ts';
import { killUnless } from './set-up-limit.ts';
import { firstPart, isReady, isUp, type Preparation, type Surroundings, shellCommandIn } from './shell-script.ts';

const SAID_LIMIT = 4000;

/** How the shell of a host is started. */
export interface HostShellStart {
  readonly around: Surroundings;
  readonly cwd: string;
  /** The whole environment of the host. */
  readonly variables: Readonly<Record<string, string>>;
  /** Called when it has started and before it does anything: what hangs in it then ends with this process. */
  readonly onStarted?: (pid: number) => void;
  /** What it is to do first, asked for while it starts. */
  readonly prepare: () => Omit<Preparation, 'namespaces' | 'hasNetwork'>;
  /** Longest time until its first part is done; it is killed then. */
  readonly limitMs?: number | undefined;
}

/** How the shell, or the program in its place, has ended. */
export interface Exit {
  /** 128 + n for signal n. */
  readonly exitCode: number;
  /** Why it could not be started at all. */
  readonly startError: string | undefined;
}

/** The shell that a host is before its program takes its place. */
export interface HostShell {
  /** The leader of its process group: the shell's parent, if there is one. */
  readonly child: ChildProcess;
  /** The id of the shell, or of `unshare`, which has made its namespaces. Undefined if it has ended. */
  readonly pid: () => number | undefined;
  /** Carried by all processes of the host. */
  readonly mark: string;
  /** Resolves once its first part is done, or with false when it has ended before. */
  readonly isUp: Promise<boolean>;
  /** Resolves when the program takes its place, or when it has ended. */
  readonly isOver: Promise<unknown>;
  readonly exited: Promise<Exit>;
  /** What it has said on standard error, the end of it. */
  readonly output: () => string;
  /** Gives it the second part, or the program that has taken its place what that waits for. */
  readonly begin: (secondPart: string) => void;
  /** It is not needed: it ends, having started nothing. */
  readonly discard: () => void;
}

/**
 * Starts the shell of a host, in a process group of its own, with its first part. Where it can, a program of 550 bytes waits for
 * it (`process/parent/README.md`): Node reports a real-time signal as exit code 0 (contract C73).
 *
 * @throws What `prepare` throws.
 */
export function startHostShell({ around, cwd, variables, onStarted, prepare, limitMs }: HostShellStart): HostShell {
  const command = shellCommandIn(around);
  const parent = parentCommand(command[0], command[0]);
  const hasParent = canWait(parent[0]);
  const [file, ...args] = hasParent ? [...parent, ...command.slice(1)] : command;
  const mark = makeMark();
  const child = spawn(file, args, {
    cwd,
    env: { ...variables, [MARK_VARIABLE]: markValue(mark, {}) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) onStarted?.(child.pid);
  const input = child.stdin as Writable;
  // If it could not be started, it has no reader.
  input.on('error', () => undefined);
  const over = exitOf(child, hasParent);
  const ended = over.then(() => false);
  const { output, wait } = listen(child.stderr as Readable);
  const up = Promise.race([wait(isUp), ended]);
  const late = killUnless(up, child, limitMs);
  const exited = over.then(async (exit) => ({ ...exit, startError: exit.startError ?? (await late) }));
  try {
    const { namespaces, network } = around;
    input.write(firstPart({ namespaces, hasNetwork: network.length > 0, ...prepare() }));
  } catch (error) {
    input.end();
    throw error;
  }
  return {
    child,
    pid: () => (hasParent && child.pid !== undefined ? firstChild(child.pid) : child.pid),
    mark,
    isUp: up,
    isOver: Promise.race([wait(isReady), ended]),
    exited,
    output,
    begin: (secondPart) => input.end(secondPart),
    discard: () => input.end(),
  };
}

/** Whether the parent can be executed, and the system shows which process it has started. */
function canWait(parent: string): boolean {
  if (!existsSync(`/proc/self/task/${process.pid}/children`)) return false;
  try {
    accessSync(parent, constants.X_OK);
    return true;
  } catch {
    // There is none for this machine, or its file system allows no programs.
    return false;
  }
}

function exitOf(child: ChildProcess, hasParent: boolean): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: EXIT_CODES.cannotExecute, startError: error.message }));
    child.once('exit', (code, signal) => {
      // The parent was killed, and what it waited for was not.
      if (hasParent && signal !== null && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      resolve({ exitCode: childExitCode(code, signal), startError: undefined });
    });
  });
}

// What it says, as far as one wants to read it, and when it says something.
function listen(stream: Readable): {
  output: () => string;
  wait: (matches: (text: string) => boolean) => Promise<true>;
} {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-SAID_LIMIT);
  });
  stream.on('error', () => undefined);
  const wait = (matches: (text: string) => boolean) =>
    new Promise<true>((resolve) => stream.on('data', () => matches(text) && resolve(true)));
  return { output: () => text, wait };
}
