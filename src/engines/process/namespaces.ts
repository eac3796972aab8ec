import type { Tools } from './namespace-tools.ts';

/** How to start a process that has mounts, a /proc and process ids of its own. */
export interface Namespaces {
  readonly unshare: string;
  readonly mount: string;
  /** Where the machine has it. */
  readonly nsenter: string | undefined;
  /** Whether the user is not root: then a user namespace of its own gives the right to mount. */
  readonly isRootless: boolean;
}

/**
 * What namespaces are made with, where this machine has that. Whether they are to be had is another matter: kernels,
 * containers and security modules refuse them in many ways, and the first host that is started shows it.
 */
export function namespaceTools({ unshare, mount, nsenter }: Tools): Namespaces | undefined {
  if (process.platform !== 'linux' || unshare === undefined || mount === undefined) return undefined;
  return { unshare, mount, nsenter, isRootless: process.geteuid?.() !== 0 };
}

/**
 * Words before the program that sets a host up. The process ids' namespace makes the host's program PID 1, as a container
 * does: nothing that it starts outlives it, whatever its group, session or environment. `unshare` itself waits outside and
 * ends as PID 1 does.
 */
export function enteringCommand(
  { unshare, isRootless }: Namespaces,
  isUserNamespaceNew = isRootless,
): readonly string[] {
  const user = isUserNamespaceNew ? ['--user', '--map-root-user'] : [];
  return [unshare, ...user, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
}

/** Words before the host's program that make it run as the user again, who cannot undo the mounts. */
export function leavingCommand({ unshare, isRootless }: Namespaces): readonly string[] {
  if (!isRootless) return [];
  return [unshare, '--user', `--map-user=${process.geteuid?.()}`, `--map-group=${process.getegid?.()}`, '--'];
}
