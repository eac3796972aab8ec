import { spawn } from 'node:child_process';
import type { Tools } from './tools.ts';

/** How to start a process that has mounts, a /proc and process ids of its own. */
export interface Namespaces {
  readonly unshare: string;
  readonly mount: string;
  /** Whether the user is not root: then a user namespace of its own gives the right to mount. */
  readonly isRootless: boolean;
}

/**
 * Finds out whether this machine and user can have namespaces, by trying: kernels, containers and security modules refuse
 * them in many ways. Undefined where they are not to be had.
 */
export async function findNamespaces({ unshare, mount }: Tools): Promise<Namespaces | undefined> {
  if (process.platform !== 'linux' || unshare === undefined || mount === undefined) return undefined;
  const namespaces = { unshare, mount, isRootless: process.geteuid?.() !== 0 };
  const script = '"$1" -n -o bind /etc/hosts /etc/hosts && shift && exec "$@"';
  const words = [
    ...enteringWords(namespaces),
    '/bin/sh',
    '-c',
    script,
    'sh',
    mount,
    ...leavingWords(namespaces),
    'true',
  ];
  return (await succeeds(words)) ? namespaces : undefined;
}

/**
 * Words before the program that sets a host up. The process ids' namespace makes the host's program PID 1, as a container
 * does: nothing that it starts outlives it, whatever its group, session or environment. `unshare` itself waits outside and
 * ends as PID 1 does.
 */
export function enteringWords({ unshare, isRootless }: Namespaces, isUserNamespaceNew = isRootless): readonly string[] {
  const user = isUserNamespaceNew ? ['--user', '--map-root-user'] : [];
  return [unshare, ...user, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
}

/** Words before the host's program that make it run as the user again, who cannot undo the mounts. */
export function leavingWords({ unshare, isRootless }: Namespaces): readonly string[] {
  if (!isRootless) return [];
  return [unshare, '--user', `--map-user=${process.geteuid?.()}`, `--map-group=${process.getegid?.()}`, '--'];
}

function succeeds([file = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore' });
    child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0));
  });
}
