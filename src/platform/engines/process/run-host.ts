import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { within } from '../../../clock.ts';
import { EXIT_CODES, signalExitCode } from '../../../contract/exit-codes.ts';
import { killFamily } from '../../../process/end-family.ts';
import { closeWriteEnd, makeErrorPipe } from '../../../process/error-pipe.ts';
import { familyOf, MARK_VARIABLE, makeMark, markValue } from '../../../process/family.ts';
import { countMemoryKills } from '../../../process/memory-kills.ts';
import { passThrough } from '../../../process/pass-through.ts';
import type { HostEnd, HostRun, HostSpec, Watchdog } from '../../engine.ts';
import { FirstProcess } from './first-process.ts';
import { GO, READY } from './set-up.ts';

// Once all processes have ended, what is left in the pipe comes at once.
const QUIET_MS = 1000;
const SAID_LIMIT = 4000;
const KILLED = signalExitCode('SIGKILL');

/** How a host's process is started. */
export interface HostStart {
  readonly words: readonly [file: string, ...args: string[]];
  readonly cwd: string;
  /** The job's own folder: a kill of this process may leave a file in it. */
  readonly workDir: string;
  /** The whole environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether its program is PID 1 of a namespace of its own. */
  readonly isPid1: boolean;
  /** Whether that is `train`. */
  readonly isTrain: boolean;
}

/** Runs a host's process until it and everything that it started have ended. */
export async function runHost(host: HostSpec, start: HostStart, watchdog: Watchdog): Promise<HostRun> {
  const killsBefore = countMemoryKills();
  const mark = makeMark();
  const pipe = await makeErrorPipe(start.workDir);
  const output = pipe?.writeEnd ?? 'pipe';
  const [file, ...args] = start.words;
  const child = spawn(file, args, {
    cwd: start.cwd,
    env: { ...start.variables, [MARK_VARIABLE]: markValue(mark, {}) },
    detached: true,
    stdio: ['pipe', output, 'pipe'],
  });
  if (pipe !== undefined) closeWriteEnd(pipe);
  const exited = exitOf(child);
  const said = listen(child.stderr as Readable);
  const reading = readOutput(pipe?.source ?? (child.stdout as Readable), host.onOutput);
  const family = familyOf(child.pid ?? 0, mark);
  if (child.pid !== undefined) watchdog.watchGroup(child.pid);
  tellToBegin(child.stdin as Writable);
  const first = new FirstProcess(family, start);

  const end = async (): Promise<HostEnd> => {
    const exit = await exited;
    // PID 1 has taken all others along.
    if (!start.isPid1 && child.pid !== undefined) await killFamily(family);
    first.forget();
    await reading.untilQuiet();
    const { exitCode, startError } = afterSetUp(exit, said());
    const killsAfter = countMemoryKills();
    const isOutOfMemory = exitCode === KILLED && (killsAfter ?? 0) > (killsBefore ?? 0);
    return { exitCode, isOutOfMemory, ...(startError !== undefined && { startError }) };
  };
  return { ended: end(), stop: () => first.stop(), kill: () => first.kill() };
}

function tellToBegin(input: Writable): void {
  // Where it could not be started there is nobody to read it.
  input.on('error', () => undefined);
  input.end(GO);
}

/** A host that could not be started, and why. */
export function notStarted(startError: string): HostRun {
  const ended = Promise.resolve({ exitCode: EXIT_CODES.cannotExecute, isOutOfMemory: false, startError });
  return { ended, stop: () => undefined, kill: () => undefined };
}

interface Exit {
  readonly exitCode: number;
  readonly startError: string | undefined;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: EXIT_CODES.cannotExecute, startError: error.message }));
    child.once('exit', (code, signal) => {
      const exitCode = signal === null ? (code ?? EXIT_CODES.failure) : signalExitCode(signal);
      resolve({ exitCode, startError: undefined });
    });
  });
}

// The set-up says why it failed. Once the program runs it is silent, but for an `unshare` that cannot end as PID 1 did:
// that of util-linux 2.38 and older, by SIGKILL.
function afterSetUp({ exitCode, startError }: Exit, said: string): Exit {
  const [trouble = '', afterwards] = said.split(READY);
  if (afterwards === undefined) return { exitCode, startError: startError ?? (trouble.trim() || undefined) };
  return { exitCode: afterwards.startsWith('unshare: ') ? KILLED : exitCode, startError: undefined };
}

// What the set-up says, as far as one wants to read it.
function listen(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-SAID_LIMIT);
  });
  stream.on('error', () => undefined);
  return () => text;
}

interface OutputReading {
  /** Waits for the end of the output; not for a process that was not found, and has it open without a word. */
  untilQuiet(): Promise<void>;
}

function readOutput(source: Readable, onOutput: HostSpec['onOutput']): OutputReading {
  let chunks = 0;
  let isTaken = true;
  const take = async (chunk: Buffer) => {
    isTaken = false;
    try {
      await onOutput(chunk);
    } finally {
      isTaken = true;
    }
  };
  const { ended } = passThrough(source, take, () => {
    chunks += 1;
  });
  const untilQuiet = async () => {
    for (let before = -1; before !== chunks || !isTaken; ) {
      before = chunks;
      if (await within(ended, QUIET_MS)) return;
    }
    source.destroy();
    await ended;
  };
  return { untilQuiet };
}
