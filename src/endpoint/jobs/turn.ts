import { type FSWatcher, watch } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { wakeOwner } from '../../jobs/sleeping-owner.ts';
import { watchStop } from '../../jobs/watch-stop.ts';
import { liveTickets, queueDir } from './queue.ts';

/** How many jobs may run, and where they are recorded. */
export interface TurnRules {
  readonly jobsDir: string;
  /** Most jobs at the same time. */
  readonly parallel: number;
}

// A process of a job that is killed changes no file.
const POLL_MS = 1000;

// A job starts beside others only if so much memory is available.
const MOST_LEAST_MEMORY_BYTES = 512 << 20;

/**
 * Resolves when the job `name`, whose folder is `dir`, may run, or somebody has asked for its stop. Meanwhile the processes of
 * the jobs before it and of the next one are woken: whichever process is killed, another one sees it.
 */
export function waitForTurn(name: string, dir: string, rules: TurnRules): Promise<void> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    const end = () => {
      clearInterval(timer);
      watcher?.close();
      endStopWatch();
      resolve();
    };
    const look = () => {
      if (isTurnOf(name, rules)) end();
    };
    const timer = setInterval(look, POLL_MS);
    const endStopWatch = watchStop(dir, end);
    watcher = watchFolder(queueDir(rules.jobsDir), look);
    look();
  });
}

/** Wakes the processes of the jobs that may run, and that of the job behind them, which waits for its turn awake. */
export function wakeNext({ jobsDir, parallel }: TurnRules): void {
  for (const { jobName } of liveTickets(queueDir(jobsDir), parallel + 1)) wakeOwner(jobsDir, jobName);
}

function isTurnOf(name: string, rules: TurnRules): boolean {
  const { jobsDir, parallel } = rules;
  wakeNext(rules);
  const place = liveTickets(queueDir(jobsDir), parallel).findIndex(({ jobName }) => jobName === name);
  return place === 0 || (place > 0 && freemem() >= Math.min(totalmem() / 20, MOST_LEAST_MEMORY_BYTES));
}

function watchFolder(dir: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // No watches are left: the folder is read every second.
    return undefined;
  }
}
