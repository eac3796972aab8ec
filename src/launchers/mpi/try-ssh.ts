import { spawn } from 'node:child_process';
import { OptmlError } from '../../errors/error.ts';
import { Tail } from '../../process/output-tail.ts';
import type { LaunchDescription } from '../launcher.ts';
import { SSH_OPTIONS } from './mpirun-command.ts';

/**
 * Enters every worker once, as `mpirun` will (contract C62): its own words about a host that cannot be entered help nobody.
 *
 * @throws OptmlError START_FAILED naming the hosts and what `ssh` said.
 */
export async function tryHosts(hosts: readonly string[], { variables }: LaunchDescription): Promise<void> {
  const problems = await Promise.all(hosts.map(async (host) => [host, await tryHost(host, variables)] as const));
  const failed = problems.filter(([, problem]) => problem !== undefined);
  if (failed.length === 0) return;
  throw new OptmlError(
    'START_FAILED',
    `mpirun cannot reach ${failed.map(([host, problem]) => `${host} (${problem})`).join(', ')}`,
    {
      where: `ssh ${failed[0]?.[0]}`,
      fix: 'All hosts need the same key pair, whose public half stands in ~/.ssh/authorized_keys: RUN ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519 && cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys.',
    },
  );
}

function tryHost(host: string, variables: Readonly<NodeJS.ProcessEnv>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const args = [...SSH_OPTIONS, '-o', 'ConnectTimeout=10', host, 'true'];
    const child = spawn('ssh', args, { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
    const output = new Tail(4096);
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : output.text().trim() || `ssh: exit code ${code}`));
  });
}
