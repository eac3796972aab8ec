import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { monotonicMs, sleep } from '../../clock.ts';
import { OptmlError } from '../../errors/error.ts';
import { Tail } from '../../process/output-tail.ts';
import { SSHD, sshdCommand } from './sshd-command.ts';

const PORT = 22;
const START_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Starts the SSH server through which the first host's `mpirun` starts ranks here, and waits until it listens. Those who
 * come in get `variables`. It runs until the end of the job on this host.
 *
 * @throws OptmlError START_FAILED with the server's own words.
 */
export async function startSshd(
  variables: Readonly<NodeJS.ProcessEnv>,
  forSessions: Readonly<Record<string, string>>,
): Promise<void> {
  makeRunFolder();
  const [file, ...args] = sshdCommand();
  const child = spawn(file, [...args, '-o', setEnvOption(forSessions)], {
    env: { ...variables, ...forSessions },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = new Tail(4096);
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', () => undefined);
  const end = monotonicMs() + START_MS;
  while (!(await isListening())) {
    if (child.exitCode === null && child.signalCode === null && monotonicMs() < end) {
      await sleep(PAUSE_MS);
      continue;
    }
    child.kill('SIGKILL');
    const command = output.text().trim() || `it did not listen on port ${PORT} within ${START_MS / 1000} s`;
    throw new OptmlError('START_FAILED', `the SSH server did not start: ${command}`, {
      where: `${SSHD}, port ${PORT}`,
      fix: 'It needs root and host keys (ssh-keygen -A makes them), and port 22 for itself: leave it to train to start it.',
    });
  }
  if (child.exitCode !== null) throw portTaken();
}

function portTaken(): OptmlError {
  return new OptmlError('START_FAILED', `port ${PORT} is taken by another SSH server`, {
    where: `${SSHD}, port ${PORT}`,
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

function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('close', () => resolve(false));
  });
}
