import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OptmlError } from '../../../errors/error.ts';

const LIMIT_MS = 10_000;

/** A host key for one run of an SSH server. */
export interface HostKey {
  /** The private half. Absolute. */
  readonly file: string;
  readonly remove: () => void;
}

/** Makes a key that only this user can read, for a user who cannot read those of the machine. @throws OptmlError START_FAILED. */
export async function makeHostKey(variables: Readonly<NodeJS.ProcessEnv>): Promise<HostKey> {
  const dir = mkdtempSync(join(tmpdir(), 'optml-ssh-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const file = join(dir, 'host_key');
  try {
    const args = ['-q', '-t', 'ed25519', '-N', '', '-f', file];
    await promisify(execFile)('ssh-keygen', args, { env: variables, timeout: LIMIT_MS });
    return { file, remove };
  } catch (error) {
    remove();
    throw new OptmlError('START_FAILED', `no host key for the SSH server could be made: ${(error as Error).message}`, {
      where: 'ssh-keygen',
      fix: 'Install openssh-client.',
    });
  }
}
