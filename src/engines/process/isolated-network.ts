import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Tools } from './namespace-tools.ts';
import type { Namespaces } from './namespaces.ts';

/** A network that holds nothing but the loopback addresses of one job's hosts (contract C7). */
export interface IsolatedNetwork {
  /** Words before a program that is to run in it. */
  readonly enteringCommand: readonly string[];
  readonly close: () => void;
}

// The shell holds the network until its standard input ends, which it does with this process at the latest.
const SCRIPT = '"$1" link set lo up && echo up && read -r end';

/** Makes a network. Undefined where that is not to be had. */
export async function makeIsolatedNetwork(namespaces: Namespaces, tools: Tools): Promise<IsolatedNetwork | undefined> {
  const { nsenter, ip } = tools;
  if (nsenter === undefined || ip === undefined) return undefined;
  const user = namespaces.isRootless ? ['--user', '--map-root-user'] : [];
  const holder = spawn(namespaces.unshare, [...user, '--net', '--', '/bin/sh', '-c', SCRIPT, 'sh', ip], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  holder.stdin.on('error', () => undefined);
  const isUp = await new Promise<boolean>((resolve) => {
    holder.once('error', () => resolve(false));
    holder.stdout.once('data', () => resolve(true)).once('end', () => resolve(false));
  });
  if (!isUp) return undefined;
  holder.unref();
  (holder.stdin as unknown as { unref(): void }).unref();
  (holder.stdout as Readable).destroy();
  const entered = namespaces.isRootless ? ['--user', '--preserve-credentials'] : [];
  return {
    enteringCommand: [nsenter, `--target=${holder.pid}`, ...entered, '--net', '--'],
    close: () => holder.stdin.end(),
  };
}
