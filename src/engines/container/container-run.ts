import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { sleep, within } from '../../concurrency/clock.ts';
import { signalExitCode } from '../../contract/exit-codes.ts';
import { closeWriteEnd, makeOutputPipe } from '../../process/output-pipe.ts';
import type { HostEnd, HostRun, HostSpec, Watchdog } from '../engine.ts';
import { countMachineMemoryKills } from '../process/machine-memory-kills.ts';
import { describeStartFailure } from './container-errors.ts';
import { type ContainerState, inspectContainer } from './container-state.ts';
import { type EngineCli, runCli } from './engine-cli.ts';

/** A container and the command that runs it, attached to its output. */
export interface ContainerCommand {
  readonly container: string;
  readonly image: string;
  /** `run …` */
  readonly args: readonly string[];
  /** What the container gets through the environment of the command line. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the command line runs: podman's monitor leaves a file `oom` there when the kernel kills the container. */
  readonly cwd: string;
  readonly onOutput: HostSpec['onOutput'];
  readonly watchdog: Watchdog;
}

// How the engines' command lines begin when they have something to say themselves.
const ENGINE_SPEAKS = /^(?:docker: |Error|FATA|time=")/;
const NO_ENGINE = /cannot connect to|connection refused|is the docker daemon running/i;
const RETRY_MS = 100;
const KILLED = signalExitCode('SIGKILL');

/** Runs a container to its end. What it prints on both streams comes through one pipe, in the order in which the engine has it. */
export async function runContainer(cli: EngineCli, command: ContainerCommand): Promise<HostRun> {
  const killsBefore = countMachineMemoryKills();
  const { child, output } = await startClient(cli, command);
  if (child.pid !== undefined) command.watchdog.watchGroup(child.pid);
  const exited = exitCodeOf(child);
  const state = () => inspectContainer(cli, command.container);
  const passing = passOutput(output, command.onOutput, () => isEngineSpeaking(state, exited));
  let isKilled = false;
  const ended = endOf(cli, command, { exited, passing }).then((end) => {
    // Not every engine sees that the kernel has ended a container, or one of the machine's own shortage of memory.
    const isShort = end.exitCode === KILLED && !isKilled && (countMachineMemoryKills() ?? 0) > (killsBefore ?? 0);
    return isShort ? { ...end, isOutOfMemory: true } : end;
  });
  return {
    ended,
    stop: () => void sendUntilHeard(cli, command.container, { signal: 'TERM', ended }),
    kill: () => {
      isKilled = true;
      void sendUntilHeard(cli, command.container, { signal: 'KILL', ended });
    },
    firstPid: () => pidOf(state, ended),
    changes: async () => {
      const { code, stdout } = await runCli(cli, ['diff', command.container]);
      return code === 0 ? stdout.split('\n').filter(Boolean) : undefined;
    },
  };
}

interface Client {
  readonly child: ChildProcess;
  readonly output: Readable;
}

async function startClient(cli: EngineCli, { args, variables, cwd }: ContainerCommand): Promise<Client> {
  const [file = cli.name, ...first] = cli.command;
  const pipe = await makeOutputPipe();
  const output = pipe?.writeEnd ?? 'pipe';
  const child = spawn(file, [...first, ...args], {
    env: { ...cli.variables, ...variables },
    cwd,
    stdio: ['ignore', output, output],
    // Ctrl-C in the terminal is ours to answer: the command line would pass it on, or leave the container alone.
    detached: true,
  });
  if (pipe !== undefined) {
    closeWriteEnd(pipe);
    return { child, output: pipe.source };
  }
  return { child, output: bothStreams(child) };
}

// Without a pipe of our own the order between the streams is that in which Node reads them.
function bothStreams(child: ChildProcess): Readable {
  const merged = new PassThrough();
  child.stdout?.pipe(merged, { end: false });
  child.stderr?.pipe(merged, { end: false });
  child.once('close', () => merged.end());
  return merged;
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? signalExitCode(signal ?? 'SIGKILL')));
  });
}

/**
 * Hands the output on, chunk by chunk, and waits for each to be taken. Resolves with what the engine has said instead of the
 * container, which nobody is shown as the job's output.
 */
async function passOutput(
  output: Readable,
  onOutput: HostSpec['onOutput'],
  isEngine: () => Promise<boolean>,
): Promise<string> {
  let engineText: string | undefined;
  let isFirst = true;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      if (isFirst && ENGINE_SPEAKS.test(chunk.toString('latin1', 0, 16)) && (await isEngine())) engineText = '';
      isFirst = false;
      if (engineText === undefined) await take(onOutput, chunk);
      else engineText += chunk.toString('utf8');
    }
  } catch {
    // A pipe that breaks has ended.
  }
  return engineText ?? '';
}

async function take(onOutput: HostSpec['onOutput'], chunk: Buffer): Promise<void> {
  try {
    await onOutput(chunk);
  } catch {
    // Whoever takes the output deals with its own failures; the container is not held up by them.
  }
}

// The container itself may begin with the same words; then it has been started.
async function isEngineSpeaking(
  state: () => Promise<ContainerState | undefined>,
  exited: Promise<number>,
): Promise<boolean> {
  do {
    if ((await state())?.isStarted === true) return false;
  } while (!(await within(exited, RETRY_MS)));
  return (await state())?.isStarted !== true;
}

// The container may still be in the making.
async function pidOf(
  state: () => Promise<ContainerState | undefined>,
  ended: Promise<unknown>,
): Promise<number | undefined> {
  do {
    const found = await state();
    if (found?.isRunning === true && found.pid > 0) return found.pid;
  } while (!(await within(ended, RETRY_MS)));
  return undefined;
}

async function endOf(
  cli: EngineCli,
  { container, image }: ContainerCommand,
  client: { readonly exited: Promise<number>; readonly passing: Promise<string> },
): Promise<HostEnd> {
  const [code, output] = await Promise.all([client.exited, client.passing]);
  let state = await inspectContainer(cli, container);
  if (state === undefined && (output === '' || NO_ENGINE.test(output))) {
    const engineError = `${cli.name} does not answer, or has lost the container of a host`;
    return { exitCode: code === 0 ? 1 : code, isOutOfMemory: false, engineError };
  }
  if (state?.isRunning === true) {
    // The command line has died, the container has not.
    await runCli(cli, ['wait', container]);
    state = await inspectContainer(cli, container);
  }
  if (state?.isStarted === true) return { exitCode: state.exitCode, isOutOfMemory: state.isOutOfMemory };
  const exitCode = code === 0 ? 1 : code;
  const why = output || (state?.error ?? '');
  return { exitCode, isOutOfMemory: false, startError: describeStartFailure(image, why) };
}

// A container that is still being made takes no signal yet.
async function sendUntilHeard(
  cli: EngineCli,
  container: string,
  { signal, ended }: { readonly signal: 'TERM' | 'KILL'; readonly ended: Promise<HostEnd> },
): Promise<void> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const { code } = await runCli(cli, ['kill', '--signal', signal, container]);
    if (code === 0) return;
    await sleep(RETRY_MS);
  }
}
