import { existsSync, rmSync } from 'node:fs';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { sleeperFifo } from '../../jobs/sleeping-owner.ts';
import { moved } from '../../jobs/transitions.ts';
import { removeOrder } from './owner-order.ts';
import { queueDir, removeTicket, type Ticket } from './queue.ts';

/** The record of a job that was stopped before it had its turn. */
export function stoppedBeforeTurn(record: JobRecord): JobRecord {
  return { ...moved(moved(record, 'Stopping'), 'Stopped'), leftovers: [] };
}

/**
 * Stops a job whose process sleeps, without waking it: many that become a Node at the same time would take all memory. Returns
 * false if the process is awake.
 */
export function endSleeper(store: JobStore, { jobName, owner }: Ticket): boolean {
  const fifo = sleeperFifo(store.jobsDir, jobName);
  // It is removed before Node starts.
  if (!existsSync(fifo)) return false;
  try {
    const record = store.read(jobName);
    process.kill(owner.pid, 'SIGKILL');
    store.update(jobName, stoppedBeforeTurn(record));
    removeOrder(store.folderOf(jobName));
  } catch {
    // It has been killed, and its job fails.
  }
  rmSync(fifo, { force: true });
  removeTicket(queueDir(store.jobsDir), jobName);
  return true;
}
