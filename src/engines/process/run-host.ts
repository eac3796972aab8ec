import { rmSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import { describeError, OptmlError } from '../../errors/error.ts';
import { killFamily } from '../../process/end-family.ts';
import { familyOf } from '../../process/family.ts';
import { countMemoryKills } from '../../process/memory-kills.ts';
import { closeWriteEnd, type OutputPipe, openErrorFifo } from '../../process/output-pipe.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import { readChunks } from '../container/read-chunks.ts';
import type { ContainerJob, HostEnd, HostRun, HostSpec } from '../engine.ts';
import type { TrainOrder } from '../train-start-message.ts';
import { FirstProcess } from './first-process.ts';
import type { LimitMemory } from './memory/host-memory.ts';
import { mountInside } from './mounts/mount-inside.ts';
import { mountTable } from './mounts/mount-table.ts';
import { hostCommand } from './shells/host-command.ts';
import type { Exit } from './shells/host-shell.ts';
import { killUnless } from './shells/set-up-limit.ts';
import { type HostMounts, partsOf, secondPart } from './shells/shell-script.ts';
import type { WaitingShell } from './shells/waiting-shell.ts';

// Once all processes have ended, what is left in the pipe comes immediately.
const QUIET_MS = 1000;
// A process that was not found may write forever.
const MOST_REST_MS = 10_000;
const STARTED: Exit = { exitCode: EXIT_CODES.success, startError: undefined };
const KILLED = signalExitCode('SIGKILL');

/** How a host's program is started in its shell. */
export interface HostStart {
  readonly waiting: WaitingShell;
  readonly job: ContainerJob;
  readonly cwd: string;
  readonly limitMemory: LimitMemory;
}

/**
 * Runs a host's program until it and everything that it started have ended.
 *
 * @throws OptmlError START_FAILED if its mounts fail: the program has not run then.
 */
export async function runHost(host: HostSpec, { waiting, job, cwd, limitMemory }: HostStart): Promise<HostRun> {
  const { shell, namespaces } = waiting;
  const { child, mark } = shell;
  const { hasTrain, changed: exported } = waiting;
  const problem = hasTrain ? await mountAround(host, waiting) : undefined;
  if (problem !== undefined) throw hostRefused(host.name, problem);
  const isPid1 = namespaces !== undefined;
  const killsBefore = countMemoryKills();
  const pipes = takePipes(waiting);
  const reading = readOutput(pipes ?? { stdout: { source: child.stdout as Readable } }, host.onOutput);
  const family = familyOf(child.pid ?? 0, mark);
  const fifos = pipes === undefined ? undefined : waiting.fifos;
  const first = new FirstProcess(family, shell, { isPid1, isTrain: job.entrypoint === undefined });
  const memory = limitMemory(first.pid(), host.limits?.memoryBytes);
  if (hasTrain) {
    const order: TrainOrder = { args: job.arguments ?? [], cwd, variables: waiting.variables };
    shell.begin(`${JSON.stringify(order)}\n`);
  } else {
    shell.begin(
      secondPart({ command: hostCommand(job), cwd, exported, ...mountsOf(host, waiting), fifos }, namespaces),
    );
    const late = await killUnless(shell.isOver, child);
    const { exitCode, startError } = (await shell.isOver) ? STARTED : afterSetUp(await shell.exited, shell.output());
    // A missing program is the job's own failure, as in a container, and so is a limit that is too small for the set-up.
    const isOwnFailure = exitCode === EXIT_CODES.notFound || memory?.hasKilled() === true;
    if (startError !== undefined && !isOwnFailure) {
      await reading.untilQuiet();
      await memory?.remove();
      throw hostRefused(host.name, late ?? startError);
    }
  }

  const end = async (): Promise<HostEnd> => {
    const exit = await shell.exited;
    // PID 1 has taken all others along.
    if (!isPid1 && child.pid !== undefined) await killFamily(family);
    first.forget();
    await reading.untilQuiet();
    const { exitCode, startError } = afterSetUp(exit, shell.output());
    const killsAfter = countMemoryKills();
    const isMachineShort = exitCode === KILLED && (killsAfter ?? 0) > (killsBefore ?? 0);
    const isLimitShort = memory?.hasKilled() === true;
    await memory?.remove();
    // The limit was too small for the set-up, too: what its tools print then is not the cause.
    if (isLimitShort && startError !== undefined) return { exitCode: KILLED, isOutOfMemory: true };
    const isOutOfMemory = isMachineShort || isLimitShort;
    return { exitCode, isOutOfMemory, ...(startError !== undefined && { startError }) };
  };
  return {
    ended: end(),
    stop: () => first.stop(),
    kill: () => first.kill(),
    firstPid: () => Promise.resolve(first.pid()),
  };
}

/** What is mounted for the host, in a file of its own. */
function mountsOf({ mounts, limits }: HostSpec, { fifos }: WaitingShell): HostMounts {
  const mountTableFile = `${fifos.stdout}-mounts`;
  writeFileSync(mountTableFile, mountTable(mounts), { flag: 'wx' });
  return { mounts, disks: limits?.disks ?? [], mountTableFile };
}

// Returns why the mounts failed; the host's shell has ended then.
async function mountAround(host: HostSpec, waiting: WaitingShell): Promise<string | undefined> {
  const { shell, namespaces } = waiting;
  const pid = shell.pid() ?? 0;
  const nsenter = namespaces?.nsenter;
  if (namespaces === undefined || nsenter === undefined) return undefined;
  try {
    const problem = await mountInside(mountsOf(host, waiting), { pid, namespaces, nsenter });
    if (problem !== undefined) shell.discard();
    return problem;
  } catch (error) {
    shell.discard();
    throw error;
  }
}

/** The pipes that the shell has made; their names are removed once the program runs. Undefined if one is missing. */
function takePipes({ shell, fifos }: WaitingShell): Readonly<Record<OutputStream, OutputPipe>> | undefined {
  let stdout: OutputPipe | undefined;
  try {
    stdout = openErrorFifo(fifos.stdout);
    const pipes = { stdout, stderr: openErrorFifo(fifos.stderr) };
    (shell.child.stdout as Readable).destroy();
    void shell.isOver.then(() => {
      for (const pipe of [pipes.stdout, pipes.stderr]) closeWriteEnd(pipe);
      for (const name of [fifos.stdout, fifos.stderr]) rmSync(name, { force: true });
    });
    return pipes;
  } catch {
    if (stdout !== undefined) closeWriteEnd(stdout);
    stdout?.source.destroy();
    return undefined;
  }
}

/** The error for a host that cannot be set up. */
export function hostRefused(host: string, why: string): OptmlError {
  return new OptmlError('START_FAILED', `${host} cannot be set up: ${why}`, {
    where: 'engine process',
    fix: 'Check the paths of the job that the message names, or use a container engine.',
  });
}

/** A host that could not be started, and why. */
export function notStarted(refusal: OptmlError): HostRun {
  const end = { exitCode: EXIT_CODES.cannotExecute, isOutOfMemory: false, startError: describeError(refusal) };
  return { ended: Promise.resolve(end), refusal, stop: () => undefined, kill: () => undefined };
}

// The set-up says why it failed. Once the program runs it is silent, but for an `unshare` that cannot end as PID 1 did:
// that of util-linux 2.38 and older, by SIGKILL.
function afterSetUp({ exitCode, startError }: Exit, output: string): Exit {
  const [problem, afterwards] = partsOf(output);
  if (afterwards === undefined) return { exitCode, startError: startError ?? (problem.trim() || undefined) };
  return { exitCode: afterwards.startsWith('unshare: ') ? KILLED : exitCode, startError: undefined };
}

interface OutputReading {
  /** Waits for the end of the output, and for 10 seconds if a process that was not found writes to it. */
  untilQuiet(): Promise<void>;
}

type OutputSources = Readonly<Partial<Record<OutputStream, { readonly source: Readable }>>>;

function readOutput({ stdout, stderr }: OutputSources, onOutput: HostSpec['onOutput']): OutputReading {
  let chunks = 0;
  let taking = 0;
  const read = async (stream: OutputStream, source: Readable | undefined) => {
    if (source === undefined) return;
    await readChunks(source, (chunk) => {
      chunks += 1;
      const taken = onOutput(chunk, stream);
      if (taken === undefined) return;
      taking += 1;
      return taken.finally(() => {
        taking -= 1;
      });
    });
  };
  const ended = Promise.all([read('stdout', stdout?.source), read('stderr', stderr?.source)]);
  const untilQuiet = async () => {
    const end = monotonicMs() + MOST_REST_MS;
    for (let before = -1; (before !== chunks && monotonicMs() < end) || taking > 0; ) {
      before = chunks;
      if (await within(ended, QUIET_MS)) return;
    }
    stdout?.source.destroy();
    stderr?.source.destroy();
    await ended;
  };
  return { untilQuiet };
}
