import type { Readable } from 'node:stream';
import { monotonicMs, within } from '../concurrency/clock.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { systemErrorCode } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import { endFamily, killFamily, waitForGroup } from './end-family.ts';
import {
  type Family,
  familyOf,
  findFamily,
  type LiveProcess,
  MARK_VARIABLE,
  makeMark,
  markValue,
  signalGroup,
} from './family.ts';
import { countMemoryKills } from './memory-kills.ts';
import { closeWriteEnd, makeOutputPipe, type OutputPipe } from './output-pipe.ts';
import { Tail } from './output-tail.ts';
import { type ProcessExit, type StartedProcess, startProcess } from './parent/start-process.ts';
import { type PassThrough, passThrough } from './pass-through.ts';
import { bareEnd, type ProcessEnd } from './process-end.ts';
import type { StopSource } from './stop-control.ts';

/** A program with its arguments, to be started without a shell. */
export interface Command {
  /** Absolute, or relative to `cwd` when it holds a slash. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /**
   * Takes secrets out of what the program writes, or changes it otherwise. Its standard output then joins its standard error,
   * unless it goes elsewhere.
   */
  readonly mask?: ((output: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | undefined;
  /** Where its standard output goes, as a file descriptor; by default to our own. */
  readonly stdout?: number | undefined;
}

/** What {@link supervise} needs in addition to the command. */
export interface SuperviseContext {
  readonly stop: StopSource;
  readonly graceSeconds: number;
  readonly log: Log;
  /** Writes what the program writes to standard error; resolves when the bytes are out, or the reader is gone. */
  readonly writeError: (chunk: Buffer) => Promise<void>;
  /** A pipe that was made ahead, for one program; without it one is made. */
  readonly outputPipe?: Promise<OutputPipe | undefined>;
  /** Called right before the program is started, so that everything that this writes comes before the program's output. */
  readonly onStart?: () => void;
  /** Those that differ from {@link SUPERVISE_WAITS}. */
  readonly waits?: Partial<SuperviseWaits> | undefined;
}

/** How long {@link supervise} waits, in milliseconds. */
export interface SuperviseWaits {
  /** After a normal end: between SIGTERM and SIGKILL for the processes that the program left. */
  readonly leftoverMs: number;
  /**
   * For the end of the pipe while nothing moves in it. All writers are dead by then: it ends, unless its reader stands still
   * or a process hid from us and holds it.
   */
  readonly stallMs: number;
}

/** The default waits. */
export const SUPERVISE_WAITS: SuperviseWaits = { leftoverMs: 5000, stallMs: 5000 };

const TAIL_BYTES = 64 * 1024;
// What a stalled reader keeps in the pipe is read for the failure message; it is there immediately.
const REST_MS = 500;
const LEAST_DRAIN_MS = 1000;
const STEP_MS = 250;

/**
 * Runs a program in a process group of its own until nothing of it is left. Standard output is inherited; standard error
 * is passed through while its end is kept. Signals reach the whole group; after a stop the group has the grace period,
 * then it is killed; after a normal end what is left gets SIGTERM, five seconds, SIGKILL. Never throws for a program that
 * cannot be started: that is an end too.
 *
 * @throws whatever `onStart` throws, with nothing started; whatever `mask` throws, after the program has ended.
 */
export async function supervise(command: Command, context: SuperviseContext): Promise<ProcessEnd> {
  const killsBefore = countMemoryKills();
  const mark = makeMark();
  // The pipe is being made meanwhile.
  context.onStart?.();
  const started = await start(command, mark, context.outputPipe ?? makeOutputPipe());
  if (typeof started === 'string') return notStarted(started);
  const waits = { ...SUPERVISE_WAITS, ...context.waits };
  const family = familyOf(started.pid, mark, started.startedAt);
  const endRest = () => endFamily(family, waits.leftoverMs);
  const running = { ...started, family, endRest };
  const tail = new Tail(TAIL_BYTES);
  const passing = await orEnd(running, () => {
    const output = command.mask?.(running.errors) ?? running.errors;
    return passThrough(output, context.writeError, (chunk) => tail.push(chunk));
  });
  const { exitCode, signal, isKilledAfterGrace } = await untilGone(running, context);
  await untilDrained(passing, tail, { ...context, stallMs: waits.stallMs });
  running.errors.destroy();
  return {
    exitCode,
    signal,
    startError: null,
    isKilledAfterGrace,
    memoryKills: killsSince(killsBefore),
    errorOutput: tail.text(),
  };
}

interface Running extends Started {
  readonly family: Family;
  /** Ends the processes that are left. Returns them. */
  readonly endRest: () => Promise<readonly LiveProcess[]>;
}

/** What `act` returns; ends the program when it throws, since nothing watches the program yet. */
async function orEnd<T>({ exited, errors, endRest }: Running, act: () => T): Promise<T> {
  try {
    return act();
  } catch (error) {
    await endRest();
    await exited;
    errors.destroy();
    throw error;
  }
}

/** Passes signals on to the program until nothing of it is left. */
async function untilGone(
  { family, exited, endRest }: Running,
  { stop, graceSeconds, log }: SuperviseContext,
): Promise<ProcessExit & { readonly isKilledAfterGrace: boolean }> {
  const release = stop.passTo((signal) => signalGroup(family.leader, signal));
  // It came while the program was being started.
  if (stop.signal !== undefined) signalGroup(family.leader, stop.signal);
  const remaining = () => stop.remainingMs(graceSeconds);
  const deadline = atDeadline(stop, remaining, () => {
    log.error(`the program is still running ${stop.graceSeconds ?? graceSeconds} s after ${stop.signal}: killing it`);
    return killFamily(family);
  });
  const exit = await exited;
  // After a stop the first process may be gone, the rest of its group still has its time.
  const isOver = stop.signal !== undefined && !(await waitForGroup(family, remaining));
  const isKilledAfterGrace = await deadline.settle(isOver);
  const left = await endRest();
  if (left.length > 0) {
    log.warn(describe(left, 'outlived the program and had to be ended'));
    // Those of another user, or that the kernel holds in a system call.
    const survivors = findFamily(family);
    if (survivors.length > 0) log.warn(describe(survivors, 'of the program cannot be ended'));
  }
  release();
  return { ...exit, isKilledAfterGrace };
}

interface Started extends StartedProcess {
  /** The process's standard error. */
  readonly errors: Readable;
}

/** The process once it runs, or the code of the system error that kept it from running. */
async function start(
  { file, args, cwd, variables, stdout, mask }: Command,
  mark: string,
  outputPipe: Promise<OutputPipe | undefined>,
): Promise<Started | string> {
  const pipe = await outputPipe;
  try {
    const started = await startProcess({
      file,
      args,
      cwd,
      variables: { ...variables, [MARK_VARIABLE]: markValue(mark, variables) },
      // (Without a real pipe there is none to share, and the standard output of a masked program is lost.)
      stdio: ['ignore', stdout ?? (mask ? (pipe?.writeEnd ?? 'ignore') : 'inherit'), pipe?.writeEnd ?? 'pipe'],
    });
    return { ...started, errors: pipe?.source ?? (started.stderr as Readable) };
  } catch (error) {
    pipe?.source.destroy();
    return systemErrorCode(error) ?? String(error);
  } finally {
    if (pipe !== undefined) closeWriteEnd(pipe);
  }
}

/**
 * Waits for the end of the pipe while something moves, since its reader may be slow, but at most for the grace period:
 * a process that hid from us may write forever.
 */
async function untilDrained(
  { ended, giveUp }: PassThrough,
  tail: Tail,
  { stop, graceSeconds, stallMs, log }: Pick<SuperviseContext, 'stop' | 'graceSeconds' | 'log'> & { stallMs: number },
): Promise<void> {
  const start = monotonicMs();
  const leftMs = () => {
    const now = monotonicMs() - start;
    // A stop may come at any time. What a killed program wrote last is still in the pipe.
    return Math.max(LEAST_DRAIN_MS - now, Math.min(graceSeconds * 1000 - now, stop.remainingMs(graceSeconds)));
  };
  let received = tail.received;
  let movedAt = start;
  while (leftMs() > 0 && monotonicMs() - movedAt < stallMs) {
    if (await within(ended, Math.min(leftMs(), stallMs, STEP_MS))) return;
    if (received === tail.received) continue;
    received = tail.received;
    movedAt = monotonicMs();
  }
  log.warn(
    "the program's standard error is still open: its later output is lost. A process that left the program's process group holds it, or the reader of this output is blocked",
  );
  giveUp();
  await within(ended, REST_MS);
}

function killsSince(before: number | undefined): number | undefined {
  const now = countMemoryKills();
  return now === undefined || before === undefined ? undefined : now - before;
}

function notStarted(startError: string): ProcessEnd {
  return bareEnd(startError === 'ENOENT' ? EXIT_CODES.notFound : EXIT_CODES.cannotExecute, { startError });
}

/**
 * Calls `act` when the grace period of a stop is over. `settle` ends the watch: with `isOver` it is called now at the
 * latest. Waits for it where it was called, and tells whether it was.
 */
function atDeadline(
  stop: StopSource,
  remainingMs: () => number,
  act: () => Promise<void>,
): { readonly settle: (isOver: boolean) => Promise<boolean> } {
  let acting: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    timer = setTimeout(() => {
      acting = act();
    }, remainingMs());
  };
  const disarm = stop.onStop(arm);
  const settle = async (isOver: boolean) => {
    disarm();
    clearTimeout(timer);
    // A look at the clock may see the end of the period just before the timer does.
    if (isOver) acting ??= act();
    await acting;
    return acting !== undefined;
  };
  return { settle };
}

function describe(processes: readonly LiveProcess[], what: string): string {
  const names = processes.slice(0, 5).map(({ pid, name }) => `${name} (${pid})`);
  const rest = processes.length > names.length ? ' …' : '';
  return `${processes.length} process${processes.length === 1 ? '' : 'es'} ${what}: ${names.join(', ')}${rest}`;
}
