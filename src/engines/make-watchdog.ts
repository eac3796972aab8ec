import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { within } from '../concurrency/clock.ts';
import { readTextIfAny } from '../job-tree/input/read-text.ts';
import { familyOf, MARK_VARIABLE, signalGroup } from '../process/family.ts';
import { packageRoot } from '../process/package-root.ts';
import type { Watchdog } from './engine.ts';
import type { WatchdogLine } from './watchdog/watchdog-line.ts';

const END_WAIT_MS = 3000;
// A machine on which it cannot run ends each one.
const MOST_STARTS = 10;

// What waits is a shell, small and soon there; Node, which ends what is left, is started when it is needed.
const SCRIPT = `
trap '' INT TERM HUP QUIT
lines=
while read -r line; do
  lines="$lines$line
"
done
printf '%s' "$lines" | "$1" "$2"
`;

/**
 * A small process that outlives a kill of this one, and then ends what it has been told of. It notices by the end of a pipe
 * that no other process holds. Started when the first line is written; lines that come before it is up stay in the pipe.
 * If it is killed, another one takes its place.
 */
export function makeWatchdog(): Watchdog {
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let starts = 0;
  let isClosed = false;
  const start = () => {
    starts += 1;
    child = startWatching();
    child.once('exit', () => {
      if (!isClosed && starts < MOST_STARTS) start();
    });
    for (const line of lines) write(child, line);
  };
  const tell = (line: WatchdogLine) => {
    const text = `${JSON.stringify(line)}\n`;
    lines.push(text);
    if (child === undefined) start();
    else write(child, text);
  };
  return {
    watchGroup: (pid) => tell({ family: familyOf(pid, markOf(pid)) }),
    watchCommand: (command) => tell({ command: command }),
    close: async () => {
      isClosed = true;
      if (child !== undefined) await end(child);
    },
  };
}

function write({ stdin }: ChildProcess, line: string): void {
  if (stdin?.writable) stdin.write(line);
}

function startWatching(): ChildProcess {
  const program = join(packageRoot(), 'dist', 'lazy', 'engines', 'watchdog', 'watchdog-program.cjs');
  // A session of its own: what a terminal sends to all in its foreground does not reach it. Nothing of the terminal is
  // kept open by it.
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', process.execPath, program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  // Without a watchdog the job runs as well.
  child.on('error', () => undefined);
  const input = child.stdin as Writable & { unref(): void };
  input.on('error', () => undefined);
  child.unref();
  input.unref();
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  // Killed, with Node should it have been started: it would have to be up first to be told.
  signalGroup(child.pid, 'SIGKILL');
  await within(ended, END_WAIT_MS);
}

// The mark that its processes carry wherever they move; empty for one without. That of a job around this process is not
// its own: the whole job would end with it.
function markOf(pid: number): string {
  const mark = firstMarkOf(pid);
  return mark === firstMarkOf('self') ? '' : mark;
}

function firstMarkOf(pid: number | 'self'): string {
  const variables = readTextIfAny(`/proc/${pid}/environ`)?.split('\0') ?? [];
  const value = variables.find((variable) => variable.startsWith(`${MARK_VARIABLE}=`));
  return value?.slice(MARK_VARIABLE.length + 1).split(',')[0] ?? '';
}
