import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import type { JobOwner } from '../../jobs/record.ts';
import { sleeperFifo } from '../../jobs/sleeping-owner.ts';
import { readStat } from '../../process/list-processes.ts';
import { packageRoot } from '../../process/package-root.ts';
import { OWN_JOB_COMMAND } from './own-job-command.ts';

/** A process that is there for one job, and has not begun it. */
export interface WaitingOwner {
  readonly owner: JobOwner;
  /** Has it run the job `name`, which has been claimed for it. Resolves when the process has it, whatever becomes of this one. */
  begin(name: string): Promise<void>;
  /** Ends it without a job. */
  close(): void;
}

/**
 * Starts a process that has loaded all that runs a job and waits for its name. It ends with this process, unless it has one.
 *
 * @throws OptmlError START_FAILED.
 */
export function startOwner(variables: Readonly<NodeJS.ProcessEnv>): WaitingOwner {
  const child = start(process.execPath, [program(), OWN_JOB_COMMAND], 'pipe', variables);
  const { stdin } = child;
  // It may be killed before it reads.
  stdin?.on('error', () => undefined);
  // A process that waits must not keep the endpoint's.
  if (stdin instanceof Socket) stdin.unref();
  return {
    owner: ownerOf(child),
    begin: (name) =>
      new Promise((resolve, reject) => {
        stdin?.end(`${name}\n`, (error?: Error | null) => (error ? reject(startFailed(error)) : resolve()));
      }),
    close: () => child.kill('SIGKILL'),
  };
}

// A shell, which takes a megabyte instead of Node's forty. Opened for both directions, a FIFO needs no writer to be open.
// Without `mkfifo` it is a file, at whose end the job does not sleep.
const SLEEP = 'mkfifo -m 600 "$1"; read -r _ <>"$1"; rm -f "$1"; shift; exec "$@"';

/**
 * Starts a process for the job `name` that sleeps until it is woken: it depends on no other process.
 *
 * @throws OptmlError START_FAILED.
 */
export function startSleepingOwner(
  jobsDir: string,
  name: string,
  variables: Readonly<NodeJS.ProcessEnv>,
): WaitingOwner {
  const fifo = sleeperFifo(jobsDir, name);
  mkdirSync(dirname(fifo), { recursive: true, mode: 0o700 });
  const command = [process.execPath, program(), OWN_JOB_COMMAND, name];
  const child = start('/bin/sh', ['-c', SLEEP, 'sh', fifo, ...command], 'ignore', variables);
  return {
    owner: ownerOf(child),
    begin: async () => undefined,
    close: () => child.kill('SIGKILL'),
  };
}

// Signals of the endpoint's terminal do not reach another session.
function start(
  command: string,
  args: readonly string[],
  input: 'pipe' | 'ignore',
  variables: Readonly<NodeJS.ProcessEnv>,
): ChildProcess {
  const child = spawn(command, args, { detached: true, cwd: '/', env: variables, stdio: [input, 'ignore', 'ignore'] });
  child.on('error', () => undefined);
  child.unref();
  return child;
}

function ownerOf({ pid }: ChildProcess): JobOwner {
  if (pid === undefined) throw startFailed();
  return { pid, startTicks: String(readStat(pid)?.startedAt ?? '') };
}

function startFailed(cause?: Error): OptmlError {
  return new OptmlError('START_FAILED', 'the process of a job cannot be started', {
    fix: 'End other programs: the system has too few processes or too little memory left.',
    cause,
  });
}

function program(): string {
  return join(packageRoot(), 'dist', 'bin', 'optml.cjs');
}
