import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { monotonicMs, sleep, within } from '../../../concurrency/clock.ts';
import { MPI_KEYS } from '../../../contract/mpi-keys.ts';
import { OptmlError } from '../../../errors/error.ts';
import { Tail } from '../../../process/output-tail.ts';
import { makeHostKey } from './host-key.ts';
import { onlyUserId } from './only-user-id.ts';
import { namespacedSshdCommand, ownSshdCommand, sshdCommand } from './sshd-command.ts';

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
 * come in get `ofRanks` and TMPDIR. Returns a function that ends it: the server overwrites its environment, and with it the mark by
 * which other processes of a job are found. Another user than root gets a server of its own, with a new host key; so does
 * root if the job has a key ({@link MPI_KEYS}).
 *
 * A server that the image has started before is refused, although the reference would use it (C62): its sessions would not
 * get `ofRanks`, so that ranks would run without the job's environment and outlive its end.
 *
 * @throws OptmlError START_FAILED with the server's own words, or for a port that is taken.
 */
export async function startSshd(
  variables: Readonly<NodeJS.ProcessEnv>,
  ofRanks: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  // Open MPI's daemons put files into folders that have the names of host and user, which other jobs in /tmp have, too.
  const { TMPDIR } = variables;
  const forSessions = { ...(TMPDIR && { TMPDIR }), ...ofRanks };
  const keys = variables[MPI_KEYS.dirVariable];
  if (process.geteuid?.() === 0 && keys === undefined) {
    makeRunFolder();
    return startServer(variables, forSessions, { command: sshdCommand(), port: PORT });
  }
  const key = await makeHostKey(variables);
  try {
    // Options of the server are split at spaces, which the path of the job may contain.
    const authorizedKeys = keys === undefined ? undefined : join(dirname(key.file), MPI_KEYS.publicKey);
    if (keys !== undefined && authorizedKeys !== undefined) {
      copyFileSync(join(keys, MPI_KEYS.publicKey), authorizedKeys);
    }
    const files = { hostKey: key.file, authorizedKeys };
    const ids = onlyUserId();
    const isRoot = process.geteuid?.() === 0;
    const command = isRoot && ids !== undefined ? namespacedSshdCommand(files, ids) : ownSshdCommand(files);
    const server = { command, port: PORT };
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
  const [file, ...args] = server.command;
  const child = spawn(file, [...args, '-o', setEnvOption(forSessions)], {
    env: { ...variables, ...forSessions },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = new Tail(4096);
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', (error) => output.push(Buffer.from(error.message)));
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
    fix:
      FIXES.find(([pattern]) => pattern.test(why))?.[1] ?? 'Start no other SSH server in the image: train starts it.',
  });
}

// What the server prints, and what removes the cause.
const FIXES: ReadonlyArray<readonly [RegExp, string]> = [
  [/no hostkeys/i, 'Make host keys in the image: RUN ssh-keygen -A.'],
  [/privilege separation directory/i, 'Make the folder that it names, empty and owned by root: mkdir -p /run/sshd.'],
  [/privilege separation user/i, 'Install the package openssh-server: it adds this user.'],
  [
    /permission denied/i,
    `Run train as root, or let every user listen on port ${PORT} (net.ipv4.ip_unprivileged_port_start=0).`,
  ],
  [/ENOENT|not found/, 'Install openssh-server and util-linux.'],
];

function portTaken({ command: [file], port }: SshServer): OptmlError {
  return new OptmlError('START_FAILED', `port ${port} is taken by another SSH server`, {
    where: `${file}, port ${port}`,
    fix: 'Do not start an SSH server in the image: train starts it.',
  });
}

// Debian's start script makes it, which containers do not run.
function makeRunFolder(): void {
  try {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  } catch {
    // The server reports it.
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
