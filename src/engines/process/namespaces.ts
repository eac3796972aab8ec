import type { Tools } from './namespace-tools.ts';

/** How to start a process that has its own mounts, /proc, process ids, host name and System V IPC. */
export interface Namespaces {
  readonly unshare: string;
  readonly mount: string;
  /** Where the machine has it. */
  readonly nsenter: string | undefined;
  /** Sets the host name, where the machine has it. */
  readonly hostname: string | undefined;
  /** Takes capabilities from root's programs, where the machine has it. */
  readonly setpriv?: string | undefined;
  /** Whether the user is not root: then a user namespace of its own gives the right to mount. */
  readonly isRootless: boolean;
  /** Whether programs run with user id 0, which is the user's own outside of the user namespace. */
  readonly isUserRoot: boolean;
}

/** What differs from the usual. */
export interface NamespaceOptions {
  /** Run programs with user id 0. */
  readonly isUserRoot?: boolean;
  /** Another system than this one, in tests. */
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * What namespaces are made with, where this machine has that, else why not. Whether the machine allows them is another
 * matter: kernels, containers and security modules refuse them in many ways, and the first host that is started shows it.
 */
export function namespaceTools(
  { unshare, mount, nsenter, hostname, setpriv }: Tools,
  { platform = process.platform, isUserRoot = false }: NamespaceOptions = {},
): Namespaces | string {
  if (platform !== 'linux') return `only Linux has them, not ${platform}`;
  if (unshare === undefined) return 'unshare is not installed';
  if (mount === undefined) return 'mount is not installed';
  const isRootless = process.geteuid?.() !== 0;
  return { unshare, mount, nsenter, hostname, setpriv, isRootless, isUserRoot: isUserRoot || !isRootless };
}

/**
 * Words before the program that sets a host up. The process ids' namespace makes the host's program PID 1, as a container
 * does: nothing that it starts outlives it, whatever its group, session or environment. `unshare` itself waits outside and
 * ends as PID 1 does. `hasNetwork`: the host gets a network namespace of its own, in a user namespace that has been entered.
 */
export function enteringCommand({ unshare, isRootless }: Namespaces, hasNetwork: boolean): readonly string[] {
  const user = isRootless && !hasNetwork ? ['--user', '--map-root-user'] : [];
  const own = ['--mount', '--uts', '--ipc', '--pid', ...(hasNetwork ? ['--net'] : [])];
  return [unshare, ...user, ...own, '--fork', '--kill-child', '--mount-proc', '--'];
}

/** Options by which `nsenter` enters the user namespace of a process of ours, with all rights there. */
export function enteringUser({ isRootless }: Namespaces): readonly string[] {
  return isRootless ? ['--user', '--preserve-credentials'] : [];
}

/** Words before the host's program that make it run as the user again, who cannot undo the mounts. */
export function leavingCommand({ unshare, isUserRoot }: Namespaces): readonly string[] {
  if (isUserRoot) return [];
  return [unshare, '--user', `--map-user=${process.geteuid?.()}`, `--map-group=${process.getegid?.()}`, '--'];
}

/**
 * Words before a program of root's that take CAP_SYS_ADMIN from it, which no container gives: it cannot undo mounts, behind
 * which it and `train` would write to the machine's own folders. Empty if there is no tool, or another user's host.
 */
export function droppingCommand({ setpriv, isRootless }: Namespaces): readonly string[] {
  if (setpriv === undefined || isRootless) return [];
  return [setpriv, '--bounding-set=-sys_admin', '--inh-caps=-sys_admin', '--'];
}
