import { isAlive } from '../../jobs/job-owner.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { isOfNewerVersion } from '../../jobs/record-shape.ts';
import { hasEnded } from '../../jobs/status.ts';
import { hasUndelivered } from '../../jobs/undelivered-parts.ts';
import { isBeingDelivered } from '../deliver/delivery-lock.ts';

/** Why a job cannot be removed. */
export interface KeptBecause {
  /** The end of a sentence about the job. */
  readonly reason: string;
  /** What to do before it can be removed, as an imperative. */
  readonly fix: string;
  /** Whether the user may remove it nevertheless. */
  readonly canForce: boolean;
}

/** Why the job with this record, whose folder is `dir`, cannot be removed now; undefined if it can. */
export function whyKept(record: JobRecord, dir: string): KeptBecause | undefined {
  const { TrainingJobName: name, runner, leftovers } = record;
  if (isOfNewerVersion(record)) {
    return {
      reason: 'was recorded by a newer version of optml',
      fix: 'Use that version for this job.',
      canForce: false,
    };
  }
  // The process of an ended job may still be cleaning up.
  if (isAlive(runner) && (!hasEnded(record.TrainingJobStatus) || leftovers.length > 0)) {
    const fix = `Stop it first: optml stop ${name} --wait.`;
    return { reason: `is running (process ${runner.pid})`, fix, canForce: false };
  }
  if (isBeingDelivered(dir)) {
    return { reason: 'is being delivered', fix: 'Wait until that delivery has ended.', canForce: false };
  }
  if (!hasUndelivered(record)) return undefined;
  const fix = `Deliver its artifacts first: optml deliver ${name}. To lose them, run: optml rm --force ${name}`;
  return { reason: 'has artifacts that were not delivered', fix, canForce: true };
}
