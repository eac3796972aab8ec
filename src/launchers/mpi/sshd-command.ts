/** Where Debian, Ubuntu and others put the SSH server; it has to be started by its absolute path (contract C62). */
export const SSHD = '/usr/sbin/sshd';

/**
 * The SSH server through which `mpirun` reaches this host: in the foreground, its messages on standard error. Without PAM,
 * whose session modules need capabilities that a training container does not have.
 */
export function sshdCommand(): readonly [string, ...string[]] {
  return [SSHD, '-D', '-e', '-o', 'UsePAM=no', '-o', 'PermitRootLogin=prohibit-password'];
}

/**
 * The same server of another user than root, which lets only this user in. It needs a host key of its own, and reads no
 * configuration of the machine: root alone may be able to read parts of it.
 */
export function userSshdCommand(hostKey: string): readonly [string, ...string[]] {
  const options = ['UsePAM=no', 'PasswordAuthentication=no', 'KbdInteractiveAuthentication=no', 'PidFile=none'];
  return [SSHD, '-f', '/dev/null', '-D', '-e', ...[...options, `HostKey=${hostKey}`].flatMap((each) => ['-o', each])];
}
