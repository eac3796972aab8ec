import { monotonicMs, sleep } from '../../../concurrency/clock.ts';
import { isAlive } from '../../../jobs/job-owner.ts';
import type { JobOwner } from '../../../jobs/record.ts';
import { hasEnded } from '../../../jobs/status.ts';
import { hasUndelivered } from '../../../jobs/undelivered-parts.ts';
import { ServiceError } from '../../http/service-error.ts';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import { checkInput } from '../check-input.ts';
import { modelOf } from '../models.ts';
import { removeJob } from '../remove-job.ts';
import { findRecord } from '../service-errors.ts';
import type { NamedJob } from './describe-training-job.ts';

const POLL_MS = 20;
const LONGEST_END_MS = 10_000;

const MODEL = modelOf<NamedJob>('DeleteTrainingJob');

/** Removes the record of a job that has ended, with its logs and its report. What it left in S3 stays. */
export function deleteTrainingJob({ store }: EndpointJobs): JsonOperation {
  return async (input) => {
    const { TrainingJobName: name } = checkInput(MODEL, input);
    const record = findRecord(store, name);
    const { TrainingJobStatus: status } = record;
    if (!hasEnded(status)) {
      throw inUse(`The request was rejected because the training job is in status ${status}. Stop it first.`);
    }
    if (hasUndelivered(record)) {
      throw inUse(
        `Artifacts of the training job have not been delivered to S3. Run "optml deliver ${name}", or remove the folder ${store.folderOf(name)}.`,
      );
    }
    // Behind its last status it still writes the report.
    if (!(await hasGone(record.runner))) throw inUse(`The process of the training job has not ended yet. Try again.`);
    await removeJob(store, name);
    return {};
  };
}

async function hasGone(runner: JobOwner): Promise<boolean> {
  const end = monotonicMs() + LONGEST_END_MS;
  while (isAlive(runner)) {
    if (monotonicMs() > end) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function inUse(message: string): ServiceError {
  return new ServiceError('ResourceInUse', 400, message);
}
