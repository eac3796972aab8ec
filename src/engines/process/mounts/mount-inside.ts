import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { enteringUser, type Namespaces } from '../namespaces.ts';
import { killUnless } from '../set-up-limit.ts';
import { type HostMounts, mountLines } from '../shell-script.ts';

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
  const child = spawn(nsenter, [`--target=${pid}`, ...user, '--mount', processes, '--', '/bin/sh', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let output = '';
  (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = new Promise<number | null | string>((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('close', resolve);
  });
  const late = await killUnless(closed, child);
  if (late !== undefined) return late;
  const code = await closed;
  if (typeof code === 'string') return code;
  return code === 0 ? undefined : output.trim() || `${nsenter} ended with exit code ${code}`;
}
