import type { UserIds } from './only-user-id.ts';

/** Where Debian, Ubuntu and others put the SSH server; it has to be started by its absolute path (contract C62). */
export const SSHD = '/usr/sbin/sshd';

/**
 * The SSH server through which `mpirun` reaches this host: in the foreground, its messages on standard error. Without PAM,
 * whose session modules need capabilities that a training container does not have.
 */
export function sshdCommand(): readonly [string, ...string[]] {
  return [SSHD, '-D', '-e', '-o', 'UsePAM=no', '-o', 'PermitRootLogin=prohibit-password'];
}

/** Files of an SSH server. */
export interface SshdFiles {
  readonly hostKey: string;
  /** The keys that it accepts; those of the user's own folder unless given. */
  readonly authorizedKeys?: string | undefined;
}

/**
 * The same server with a host key of its own and without any configuration of the machine: root alone may be able to read
 * parts of it, and an engine without containers must not change it. Its paths contain no spaces.
 */
export function ownSshdCommand({ hostKey, authorizedKeys }: SshdFiles): readonly [string, ...string[]] {
  const options = [
    ...['UsePAM=no', 'PasswordAuthentication=no', 'KbdInteractiveAuthentication=no', 'PidFile=none'],
    ...['PermitRootLogin=prohibit-password', `HostKey=${hostKey}`],
    // The folders around a file of ours may be open to a group, such as /tmp.
    ...(authorizedKeys === undefined ? [] : [`AuthorizedKeysFile=${authorizedKeys}`, 'StrictModes=no']),
  ];
  return [SSHD, '-f', '/dev/null', '-D', '-e', ...options.flatMap((each) => ['-o', each])];
}

const AS_ROOT = 'ForceCommand=exec unshare --user --map-root-user -- /bin/sh -c "$SSH_ORIGINAL_COMMAND"';

/**
 * The same where 0 is the only user id, see {@link onlyUserId}: the server runs with the user's id in a user namespace of its
 * own, and each command with id 0 in another one.
 */
export function namespacedSshdCommand(files: SshdFiles, { uid, gid }: UserIds): readonly [string, ...string[]] {
  return [
    'unshare',
    '--user',
    `--map-user=${uid}`,
    `--map-group=${gid}`,
    '--',
    ...ownSshdCommand(files),
    '-o',
    AS_ROOT,
  ];
}
