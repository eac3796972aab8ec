import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { within } from '../../clock.ts';
import { packageRoot } from '../../entry-point/package-root.ts';
import { familyOf, MARK_VARIABLE } from '../../process/family.ts';
import { readTextIfAny } from '../../read-text.ts';
import type { Watchdog } from '../engine.ts';
import type { WatchdogLine } from './watchdog-line.ts';

const END_WAIT_MS = 3000;

/**
 * Starts a small process that outlives a kill of this one, and then ends what it has been told of. It notices by the end
 * of a pipe that nobody else holds. Does not wait for it to be up: what it is told meanwhile stays in the pipe.
 */
export function startWatchdog(): Watchdog {
  const program = join(packageRoot(), 'dist', 'lazy', 'platform', 'engines', 'watchdog-program.cjs');
  // A session of its own: what a terminal sends to all in its foreground does not reach it. Nothing of the terminal is
  // kept open by it.
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // Without a watchdog the job runs as well.
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  const tell = (line: WatchdogLine) => {
    if (child.stdin.writable) child.stdin.write(`${JSON.stringify(line)}\n`);
  };
  return {
    watchGroup: (pid) => tell({ family: familyOf(pid, markOf(pid)) }),
    watchCommand: (words) => tell({ command: words }),
    close: async () => {
      // Killed, since it may not be up yet: it would have to start first to be told.
      child.ref();
      child.kill('SIGKILL');
      await within(ended, END_WAIT_MS);
    },
  };
}

// The mark that its processes carry wherever they move; empty for one without.
function markOf(pid: number): string {
  const variables = readTextIfAny(`/proc/${pid}/environ`)?.split('\0') ?? [];
  const value = variables.find((variable) => variable.startsWith(`${MARK_VARIABLE}=`));
  return value?.slice(MARK_VARIABLE.length + 1).split(',')[0] ?? '';
}
