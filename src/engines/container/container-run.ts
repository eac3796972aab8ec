import { type ChildProcess, spawn } from 'node:child_process';
import { sleep, within } from '../../concurrency/clock.ts';
import { signalExitCode } from '../../contract/exit-codes.ts';
import type { HostEnd, HostRun, HostSpec, Watchdog } from '../engine.ts';
import { countMachineMemoryKills } from '../process/machine-memory-kills.ts';
import { describeStartFailure } from './container-errors.ts';
import { type ContainerState, inspectContainer } from './container-state.ts';
import { type EngineCli, runCli } from './engine-cli.ts';
import { readChunks } from './read-chunks.ts';

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

/** Runs a container to its end. The command line separates its streams. */
export async function runContainer(cli: EngineCli, command: ContainerCommand): Promise<HostRun> {
  const killsBefore = countMachineMemoryKills();
  const child = startClient(cli, command);
  if (child.pid !== undefined) command.watchdog.watchGroup(child.pid);
  const exited = exitCodeOf(child);
  const state = () => inspectContainer(cli, command.container);
  const passing = passOutput(child, command.onOutput, () => isEngineSpeaking(state, exited));
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

function startClient(cli: EngineCli, { args, variables, cwd }: ContainerCommand): ChildProcess {
  const [file = cli.name, ...first] = cli.command;
  return spawn(file, [...first, ...args], {
    env: { ...cli.variables, ...variables },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C in the terminal is ours to answer: the command line would pass it on, or leave the container alone.
    detached: true,
  });
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? signalExitCode(signal ?? 'SIGKILL')));
  });
}

/**
 * Hands the output on, chunk by chunk, and waits for each to be taken. Resolves with the engine's own message, if it printed
 * one instead of running the container: that is not output of the job.
 */
async function passOutput(
  { stdout, stderr }: ChildProcess,
  onOutput: HostSpec['onOutput'],
  isEngine: () => Promise<boolean>,
): Promise<string> {
  let engineText: string | undefined;
  let isFirst = true;
  const takeError = async (chunk: Buffer) => {
    if (isFirst && ENGINE_SPEAKS.test(chunk.toString('latin1', 0, 16)) && (await isEngine())) engineText = '';
    isFirst = false;
    if (engineText === undefined) await take(() => onOutput(chunk, 'stderr'));
    else engineText += chunk.toString('utf8');
  };
  // Both are missing if the command line could not be started.
  await Promise.all([
    stdout && readChunks(stdout, (chunk) => take(() => onOutput(chunk, 'stdout'))),
    stderr && readChunks(stderr, takeError),
  ]);
  return engineText ?? '';
}

async function take(give: () => void | Promise<void>): Promise<void> {
  try {
    await give();
  } catch {
    // The output's reader reports its own failures. They do not stop the container.
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
