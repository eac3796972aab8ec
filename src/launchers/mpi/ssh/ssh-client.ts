import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MPI_KEYS } from '../../../contract/mpi-keys.ts';
import { OptmlError } from '../../../errors/error.ts';
import { runHelper } from '../../../process/helper/helper-program.ts';
import { quoteCommand } from '../../../process/quote-command.ts';
import { onlyUserId } from './only-user-id.ts';

/** How hosts enter one another: containers of one image, under names that are new with every job, have no key to know by. */
export const SSH_OPTIONS: readonly string[] = [
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'BatchMode=yes',
  'LogLevel=ERROR',
].flatMap((option) => ['-o', option]);

/** How `mpirun` enters the other hosts. */
export interface SshClient {
  /** The command that takes the place of `ssh`. It contains no spaces but those between its words. */
  readonly command: readonly [file: string, ...args: string[]];
  /** Variables by which `mpirun` uses it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

const PLAIN: SshClient = { command: ['ssh'], variables: {}, remove: () => undefined };

/**
 * The client of this host: `ssh` itself, or one that uses the key of the job and nothing of the user's, if there is such a key.
 *
 * @throws OptmlError START_FAILED for a user without a name.
 */
export async function openSshClient(variables: Readonly<NodeJS.ProcessEnv>): Promise<SshClient> {
  const keys = variables[MPI_KEYS.dirVariable];
  if (keys === undefined) return PLAIN;
  const ids = onlyUserId();
  // The server runs as this user, see `namespacedSshdCommand`.
  const user = ids === undefined ? [] : ['-l', await nameOf(ids.uid, variables)];
  const words = ['ssh', '-F', '/dev/null', '-o', 'IdentitiesOnly=yes', '-i', join(keys, MPI_KEYS.privateKey), ...user];
  // Open MPI splits its parameters at spaces, which the path of the key may contain.
  const dir = mkdtempSync(join(tmpdir(), 'optml-ssh-'));
  const file = join(dir, 'ssh');
  writeFileSync(file, `exec ${quoteCommand(words)} "$@"\n`);
  const command = ['/bin/sh', file] as const;
  return {
    command,
    variables: { OMPI_MCA_plm_rsh_agent: command.join(' '), PRTE_MCA_plm_ssh_agent: command.join(' ') },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

// A directory service on the network may have the name.
const NAME_LIMIT_MS = 30_000;

async function nameOf(uid: number, variables: Readonly<NodeJS.ProcessEnv>): Promise<string> {
  const args = ['-nu', String(uid)];
  const { code, stdout, stderr } = await runHelper({ file: 'id', args, variables }, { limitMs: NAME_LIMIT_MS });
  const name = stdout.trim();
  if (code === 0 && name !== '') return name;
  throw new OptmlError('START_FAILED', `the SSH servers of MPI cannot run as user id ${uid}, which has no name`, {
    where: 'id -nu',
    fix: 'Run optml as a user with a name on this machine (/etc/passwd).',
    cause: stderr.trim() || `id: exit code ${code}`,
  });
}
