import type { JobStore } from '../jobs/job-store.ts';
import { hasEnded } from '../jobs/status.ts';
import { moved } from '../jobs/transitions.ts';
import { requestMask } from '../request/request-mask.ts';
import { errorReason, jobError } from './job-error.ts';

/**
 * Records that a defect of ours ended a job: without a final status its waiters would wait as long as its process lives. Never
 * throws.
 */
export function recordFailure(store: JobStore, name: string, error: unknown): void {
  try {
    const record = store.read(name);
    if (hasEnded(record.TrainingJobStatus)) return;
    store.update(name, {
      ...moved(record, 'Failed'),
      FailureReason: requestMask(record.request)(errorReason(jobError(error))),
    });
  } catch {
    // Without a record that can be written there is no status either.
  }
}
