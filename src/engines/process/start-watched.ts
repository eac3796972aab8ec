import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Watchdog } from '../engine.ts';

// It starts when the watchdog has been told, and never if this process dies before.
const START = 'read -r go && exec "$@" </dev/null';

/**
 * Starts a program beside the hosts, in a process group of its own that the watchdog ends: it may hang, or not notice the
 * end of this process.
 */
export function startWatched(
  command: readonly string[],
  watchdog: Watchdog,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const child = spawn('/bin/sh', ['-c', START, 'sh', ...command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  if (child.pid !== undefined) watchdog.watchGroup(child.pid);
  // It may have ended already.
  child.stdin.on('error', () => undefined);
  child.stdin.end('go\n');
  return child;
}
