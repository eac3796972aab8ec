import type { ChildProcess } from 'node:child_process';
import { within } from '../../../concurrency/clock.ts';
import { signalExitCode } from '../../../contract/exit-codes.ts';
import { signalGroup } from '../../../process/family.ts';
import type { HostEnd, HostRun, HostSpec, Watchdog } from '../../engine.ts';
import { countMachineMemoryKills } from '../../process/machine-memory-kills.ts';
import { describeStartFailure, describeUnstartable, missingProgram } from '../container-errors.ts';
import { type EngineCli, LIMITS_MS, runCli, startCli } from '../engine-cli.ts';
import { ContainerSignals } from './container-signals.ts';
import { type AskedState, inspectContainer } from './container-state.ts';
import { passOutput } from './pass-output.ts';
import { unstartableProgram } from './unstartable-program.ts';

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

const NO_ENGINE = /cannot connect to|connection refused|is the docker daemon running/i;
const RETRY_MS = 100;
const KILLED = signalExitCode('SIGKILL');
// The command line has been killed: what it wrote before is there.
const REST_MS = 2000;
// How often an engine may say that a container runs that it has waited for.
const MOST_WAITS = 3;

/** Runs a container to its end. The command line separates its streams. */
export async function runContainer(cli: EngineCli, command: ContainerCommand): Promise<HostRun> {
  const killsBefore = countMachineMemoryKills();
  const { container, args, variables, cwd } = command;
  const child = startCli(cli, { args, variables, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) command.watchdog.watchGroup(child.pid);
  const exited = exitCodeOf(child);
  const signals = new ContainerSignals(cli, container);
  const state = () => inspectContainer(cli, container, { limitMs: signals.answerMs, signal: signals.over });
  const passing = passOutput(child, command.onOutput, () => isEngineSpeaking(state, exited));
  const normalEnd = endOf(cli, command, { exited, passing, state, over: signals.over });
  const ended = Promise.race([normalEnd, signals.givenUp.then((why) => endClient(child, passing, why))]).then((end) => {
    signals.end();
    // Not every engine sees that the kernel has ended a container, or one of the machine's own shortage of memory.
    const isShort =
      end.exitCode === KILLED && !signals.isKilling && (countMachineMemoryKills() ?? 0) > (killsBefore ?? 0);
    return isShort ? { ...end, isOutOfMemory: true } : end;
  });
  return {
    ended,
    stop: () => signals.stop(),
    kill: () => signals.kill(),
    firstPid: () => pidOf(state, ended),
    changes: async () => {
      const { code, stdout } = await runCli(cli, ['diff', container], { limitMs: LIMITS_MS.files });
      return code === 0 ? stdout.split('\n').filter(Boolean) : undefined;
    },
  };
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? signalExitCode(signal ?? 'SIGKILL')));
  });
}

/** Ends the command line of a container that the engine does not end. The container is removed with the session. */
async function endClient(child: ChildProcess, passing: Promise<unknown>, engineError: string): Promise<HostEnd> {
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  await within(passing, REST_MS);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  child.unref();
  return { exitCode: KILLED, isOutOfMemory: false, engineError };
}

// The container itself may begin with the same words; then it has been started.
async function isEngineSpeaking(state: () => Promise<AskedState>, exited: Promise<number>): Promise<boolean> {
  do {
    if ((await state()).state?.isStarted === true) return false;
  } while (!(await within(exited, RETRY_MS)));
  return (await state()).state?.isStarted !== true;
}

// The container may still be in the making.
async function pidOf(state: () => Promise<AskedState>, ended: Promise<unknown>): Promise<number | undefined> {
  do {
    const { state: found } = await state();
    if (found?.isRunning === true && found.pid > 0) return found.pid;
  } while (!(await within(ended, RETRY_MS)));
  return undefined;
}

interface AttachedClient {
  readonly exited: Promise<number>;
  readonly passing: Promise<string>;
  readonly state: () => Promise<AskedState>;
  /** Ends the wait for a container that is given up. */
  readonly over: AbortSignal;
}

async function endOf(
  cli: EngineCli,
  { container, image }: ContainerCommand,
  { exited, passing, state, over }: AttachedClient,
): Promise<HostEnd> {
  const [code, output] = await Promise.all([exited, passing]);
  const failed = (engineError: string) => ({ exitCode: code || 1, isOutOfMemory: false, engineError });
  let asked = await state();
  // The command line has died, the container has not.
  for (let waits = 0; asked.state?.isRunning === true; waits++) {
    if (waits === MOST_WAITS)
      return failed(`${cli.name} says that the container of a host runs, and that it has ended`);
    // It may run for days. The signal of a stop or a kill ends it; then its command ends too.
    const waited = await runCli(cli, ['wait', container], { limitMs: LIMITS_MS.image, signal: over });
    if (waited.killed === 'limit') waits = 0;
    asked = await state();
  }
  const found = asked.state;
  if (found === undefined) {
    const { problem } = asked as Extract<AskedState, { state: undefined }>;
    if (problem !== undefined && output === '' && !NO_ENGINE.test(problem)) return failed(problem);
    if (output === '' || NO_ENGINE.test(output)) {
      return failed(`${cli.name} does not answer, or has lost the container of a host`);
    }
  }
  if (found?.isStarted === true) return { exitCode: found.exitCode, isOutOfMemory: found.isOutOfMemory };
  const why = output || (found?.error ?? '');
  return { exitCode: code || 1, isOutOfMemory: false, startError: await startErrorOf(cli, { container, image }, why) };
}

async function startErrorOf(
  cli: EngineCli,
  { container, image }: Pick<ContainerCommand, 'container' | 'image'>,
  why: string,
): Promise<string> {
  const program = missingProgram(why);
  const file = program === undefined ? undefined : await unstartableProgram(cli, container, program);
  return file === undefined ? describeStartFailure(image, why) : describeUnstartable(image, file);
}
