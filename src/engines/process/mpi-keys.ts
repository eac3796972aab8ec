import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MPI_KEYS } from '../../contract/mpi-keys.ts';
import { OptmlError } from '../../errors/error.ts';

const LIMIT_MS = 10_000;

/**
 * Makes a key pair for the hosts of a job in the folder `workDir`, and returns the variables by which they find it.
 *
 * @throws OptmlError START_FAILED.
 */
export async function makeMpiKeys(
  workDir: string,
  { PATH = '' }: Readonly<NodeJS.ProcessEnv>,
): Promise<Readonly<Record<string, string>>> {
  const dir = mkdtempSync(join(workDir, 'mpi-keys-'));
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', 'optml', '-f', join(dir, MPI_KEYS.privateKey)];
  try {
    await promisify(execFile)('ssh-keygen', args, { env: { PATH }, timeout: LIMIT_MS });
  } catch (error) {
    throw new OptmlError('START_FAILED', `no key for the hosts could be made: ${(error as Error).message}`, {
      where: 'ssh-keygen',
      fix: 'Install openssh-client and openssh-server, which MPI on several hosts needs.',
    });
  }
  return { [MPI_KEYS.dirVariable]: dir };
}
