import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { monotonicMs, sleep, within } from '../../concurrency/clock.ts';
import { OptmlError } from '../../errors/error.ts';
import { Tail } from '../../process/output-tail.ts';
import { makeHostKey } from './host-key.ts';
import { sshdCommand, userSshdCommand } from './sshd-command.ts';

const START_MS = 10_000;
const PAUSE_MS = 50;
const ANSWER_MS = 5000;
// From SIGTERM to SIGKILL.
const END_MS = 1000;

/** Which server is started, and where it listens. */
export interface SshServer {
  readonly command: readonly [file: string, ...args: string[]];
  readonly port: number;
}

const PORT = 22;

/**
 * Starts the SSH server through which the first host's `mpirun` starts ranks here, and waits until it listens. Those who
 * come in get `forSessions`. Returns a function that ends it: the server overwrites its environment, and with it the mark by
 * which other processes of a job are found. Another user than root gets a server of its own, with a new host key.
 *
 * A server that the image has started before is refused, although the reference would use it (C62): its sessions would not
 * get `forSessions`, so that ranks would run without the job's environment and outlive its end.
 *
 * @throws OptmlError START_FAILED with the server's own words, or for a port that is taken.
 */
export async function startSshd(
  variables: Readonly<NodeJS.ProcessEnv>,
  forSessions: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  if (process.geteuid?.() === 0) return startServer(variables, forSessions, { command: sshdCommand(), port: PORT });
  const key = await makeHostKey(variables);
  try {
    const server = { command: userSshdCommand(key.file), port: PORT };
    const end = await startServer(variables, forSessions, server);
    return () => end().finally(key.remove);
  } catch (error) {
    key.remove();
    throw error;
  }
}

/** Starts this server, see {@link startSshd}. */
export async function startServer(
  variables: Readonly<NodeJS.ProcessEnv>,
  forSessions: Readonly<Record<string, string>>,
  server: SshServer,
): Promise<() => Promise<void>> {
  if (await isTaken(server.port)) throw portTaken(server);
  makeRunFolder();
  const [file, ...args] = server.command;
  const child = spawn(file, [...args, '-o', setEnvOption(forSessions)], {
    env: { ...variables, ...forSessions },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = new Tail(4096);
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = monotonicMs() + START_MS;
  while (!(await isListening(server.port))) {
    if (child.exitCode === null && child.signalCode === null && monotonicMs() < end) {
      await sleep(PAUSE_MS);
      continue;
    }
    child.kill('SIGKILL');
    throw notStarted(server, output.text().trim());
  }
  // Another server took the port at the same moment.
  if (child.exitCode !== null) throw portTaken(server);
  return () => endServer(child, ended);
}

async function endServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  if (await within(ended, END_MS)) return;
  child.kill('SIGKILL');
  await within(ended, END_MS);
}

function notStarted({ command: [file], port }: SshServer, output: string): OptmlError {
  const why = output || `it did not listen on port ${port} within ${START_MS / 1000} s`;
  return new OptmlError('START_FAILED', `the SSH server did not start: ${why}`, {
    where: `${file}, port ${port}`,
    fix: `It needs root and host keys (ssh-keygen -A makes them), and port ${port} for itself: leave it to train to start it.`,
  });
}

function portTaken({ command: [file], port }: SshServer): OptmlError {
  return new OptmlError('START_FAILED', `port ${port} is taken by another SSH server`, {
    where: `${file}, port ${port}`,
    fix: 'Do not start an SSH server in the image: train starts it.',
  });
}

// Debian's start script makes it; in a container nobody has called that.
function makeRunFolder(): void {
  try {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  } catch {
    // The server says so itself.
  }
}

// One option for all of them: only the first of its kind counts.
function setEnvOption(variables: Readonly<Record<string, string>>): string {
  return `SetEnv=${Object.entries(variables)
    .map(([name, value]) => `"${name}=${value.replaceAll(/["\\]/g, '\\$&')}"`)
    .join(' ')}`;
}

/** Whether any program listens on the port. */
function isTaken(port: number): Promise<boolean> {
  return tryPort(port, 'connect');
}

/** Whether a server on the port greets, as SSH servers do. */
function isListening(port: number): Promise<boolean> {
  return tryPort(port, 'data');
}

function tryPort(port: number, proof: 'connect' | 'data'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(ANSWER_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once(proof, () => end(true));
    socket.once('close', () => end(false));
  });
}
