import { sleep } from '../concurrency/clock.ts';
import { isAlive } from './job-owner.ts';
import type { JobStore } from './job-store.ts';
import type { JobRecord } from './record.ts';
import { isOfNewerVersion } from './record-shape.ts';
import { hasEnded } from './status.ts';

export interface WaitOptions {
  /** How often the record is read. By default every 200 ms. */
  readonly pollMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 200;

/**
 * Resolves with the record of a job once it has ended, whichever process runs it.
 *
 * @throws OptmlError JOB_NOT_FOUND; the reason of `signal`.
 */
export async function waitForEnd(
  store: JobStore,
  name: string,
  { pollMs = POLL_MS, signal }: WaitOptions = {},
): Promise<JobRecord> {
  for (;;) {
    signal?.throwIfAborted();
    const record = store.read(name);
    if (isOver(record)) return record;
    await sleep(pollMs);
  }
}

/** Whether a job has ended, or no process runs it: the last status of a newer version of optml may be unknown to this one. */
export function isOver(record: JobRecord): boolean {
  return hasEnded(record.TrainingJobStatus) || (isOfNewerVersion(record) && !isAlive(record.runner));
}
