/** Where Debian, Ubuntu and others put the SSH server; it has to be started by its absolute path (contract C62). */
export const SSHD = '/usr/sbin/sshd';

/**
 * The SSH server through which `mpirun` reaches this host: in the foreground, its messages on standard error. Without PAM,
 * whose session modules need capabilities that a training container does not have.
 */
export function sshdCommand(): readonly [string, ...string[]] {
  return [SSHD, '-D', '-e', '-o', 'UsePAM=no', '-o', 'PermitRootLogin=prohibit-password'];
}
