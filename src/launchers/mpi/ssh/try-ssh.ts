import { spawn } from 'node:child_process';
import { MPI_KEYS } from '../../../contract/mpi-keys.ts';
import { OptmlError } from '../../../errors/error.ts';
import { Tail } from '../../../process/output-tail.ts';
import type { LaunchDescription } from '../../launcher.ts';
import { SSH_OPTIONS, type SshClient } from './ssh-client.ts';

/**
 * Enters every worker once, as `mpirun` will (contract C62), whose own message about such a host does not name the cause.
 *
 * @throws OptmlError START_FAILED naming the hosts and what `ssh` said.
 */
export async function tryHosts(
  hosts: readonly string[],
  { variables }: LaunchDescription,
  client: Pick<SshClient, 'command'>,
): Promise<void> {
  const try_ = (host: string) => tryHost(host, client.command, variables);
  const problems = await Promise.all(hosts.map(async (host) => [host, await try_(host)] as const));
  const failed = problems.filter(([, problem]) => problem !== undefined);
  if (failed.length === 0) return;
  throw new OptmlError(
    'START_FAILED',
    `mpirun cannot reach ${failed.map(([host, problem]) => `${host} (${problem})`).join(', ')}`,
    {
      where: `ssh ${failed[0]?.[0]}`,
      fix: variables[MPI_KEYS.dirVariable] !== undefined ? OF_JOB : OF_IMAGE,
    },
  );
}

const OF_JOB = 'Check that your user has a login shell on this machine: the SSH server of each host starts it.';
const OF_IMAGE =
  'All hosts need the same key pair, whose public half is in ~/.ssh/authorized_keys: RUN ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519 && cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys.';

function tryHost(
  host: string,
  [file, ...words]: SshClient['command'],
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const args = [...words, ...SSH_OPTIONS, '-o', 'ConnectTimeout=10', host, 'true'];
    const child = spawn(file, args, { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
    const output = new Tail(4096);
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : output.text().trim() || `ssh: exit code ${code}`));
  });
}
