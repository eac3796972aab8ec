import { MPI_KEYS } from '../../../contract/mpi-keys.ts';
import { OptmlError } from '../../../errors/error.ts';
import { runHelper } from '../../../process/helper/helper-program.ts';
import type { LaunchDescription } from '../../launcher.ts';
import { SSH_OPTIONS, type SshClient } from './ssh-client.ts';

/** How a worker is entered. */
export interface SshTry {
  readonly command: SshClient['command'];
  /** Most time until a worker has been entered, and left again. */
  readonly limitMs?: number;
}

// A login reads the user's profile, on a busy machine.
const LIMIT_MS = 120_000;
const KEPT_CHARACTERS = 4096;

/**
 * Enters every worker once, as `mpirun` will (contract C62), whose own message about such a host does not name the cause.
 *
 * @throws OptmlError START_FAILED naming the hosts and what `ssh` said.
 */
export async function tryHosts(
  hosts: readonly string[],
  { variables }: LaunchDescription,
  client: SshTry,
): Promise<void> {
  const try_ = (host: string) => tryHost(host, client, variables);
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

async function tryHost(
  host: string,
  { command: [file, ...words], limitMs = LIMIT_MS }: SshTry,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  const args = [...words, ...SSH_OPTIONS, '-o', 'ConnectTimeout=10', host, 'true'];
  const { code, stderr, killed } = await runHelper({ file, args, variables }, { limitMs });
  if (code === 0) return undefined;
  const output = stderr.slice(-KEPT_CHARACTERS).trim();
  if (killed === 'limit') return `ssh did not end within ${limitMs / 1000} s${output && `: ${output}`}`;
  return output || `ssh: exit code ${code}`;
}
