import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../src/process/find-on-path.ts';

/** Why `mpirun` cannot run here. */
export function withoutMpirun(): string | false {
  return findOnPath('mpirun', process.env) === undefined && 'mpirun is not installed';
}

/** Whether no SSH server is installed, and that as the reason. */
export function withoutSshServer(): string | false {
  return !existsSync('/usr/sbin/sshd') && 'no SSH server is installed';
}

/** Why root cannot run the SSH servers that programs of the job start themselves, with keys and configuration of the machine. */
export function withoutSshd(): string | false {
  if (process.geteuid?.() !== 0) return 'the SSH servers need root';
  const lack = withoutSshServer();
  if (lack !== false) return lack;
  if (!existsSync(join(homedir(), '.ssh', 'authorized_keys'))) return 'root has no key for itself';
  try {
    accessSync('/etc/ssh/ssh_host_ed25519_key', constants.R_OK);
    return false;
  } catch {
    return 'the SSH server has no key';
  }
}
