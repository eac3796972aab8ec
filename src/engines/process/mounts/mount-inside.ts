import { runHelper } from '../../../process/helper/helper-program.ts';
import { enteringUser, type Namespaces } from '../namespaces.ts';
import { SET_UP_HANGS, SET_UP_LIMIT_MS } from '../shells/set-up-limit.ts';
import { type HostMounts, mountLines } from '../shells/shell-script.ts';

/** The namespaces of a host whose program has been started already. */
export interface StartedInside {
  /** The process that entered them first. */
  readonly pid: number;
  readonly namespaces: Namespaces;
  /** The program that enters them after it. */
  readonly nsenter: string;
}

/**
 * Mounts in the namespaces of a host, from outside: its first process gets no children that it did not start. Returns what
 * the tools print if this fails.
 */
export async function mountInside(
  what: HostMounts,
  { pid, namespaces, nsenter }: StartedInside,
): Promise<string | undefined> {
  if (what.mounts.length + what.disks.length === 0) return undefined;
  const user = enteringUser(namespaces);
  // Its tools read the /proc of the host, and have to be in it.
  const processes = `--pid=/proc/${pid}/ns/pid_for_children`;
  const script = mountLines(what, namespaces).join('\n');
  const args = [`--target=${pid}`, ...user, '--mount', processes, '--', '/bin/sh', '-c', script];
  const { code, stderr, killed } = await runHelper({ file: nsenter, args }, { limitMs: SET_UP_LIMIT_MS });
  if (killed !== undefined) return SET_UP_HANGS;
  return code === 0 ? undefined : stderr.trim() || `${nsenter} ended with exit code ${code}`;
}
