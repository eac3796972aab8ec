import { existsSync } from 'node:fs';
import type { CreateTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { monotonicMs } from '../../../concurrency/clock.ts';
import { Limiter } from '../../../concurrency/limiter.ts';
import { isOptmlError } from '../../../errors/error.ts';
import { jobArn } from '../../../jobs/describe/job-arn.ts';
import type { TrainingJobRequest } from '../../../request/request.ts';
import { ServiceError } from '../../http/service-error.ts';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput } from '../check-input.ts';
import { checkLimits } from '../job-limits.ts';
import { asServiceLater, nameInUse } from '../service-errors.ts';
import { ENDPOINT_TRAINING_JOB } from '../training-job-model.ts';

// Each starts a process, for which this one stands still for milliseconds.
const MOST_WAITING = 100;
const LONGEST_PAUSE_MS = 50;

/** Creates a job, which has a process of its own when the answer is sent. */
export function createTrainingJob(jobs: EndpointJobs): JsonOperation {
  const limiter = new Limiter(1);
  let waiting = 0;
  return async (input, { caller, signal }) => {
    const request = checkInput<TrainingJobRequest>(ENDPOINT_TRAINING_JOB, input);
    const { TrainingJobName: name } = request;
    const { region } = caller;
    if (waiting >= MOST_WAITING) throw new ServiceError('ThrottlingException', 400, 'Rate exceeded');
    waiting++;
    const release = await limiter.acquire(signal).finally(() => waiting--);
    const started = monotonicMs();
    try {
      if (existsSync(jobs.store.folderOf(name))) throw nameInUse(name, region);
      checkLimits(request, jobs.live());
      await create(jobs, request, region);
    } finally {
      // Other requests are answered for as long as this one took.
      setTimeout(release, Math.min(monotonicMs() - started, LONGEST_PAUSE_MS));
    }
    return { TrainingJobArn: jobArn(name, region) } satisfies Answer<CreateTrainingJobCommandOutput>;
  };
}

async function create(jobs: EndpointJobs, request: TrainingJobRequest, region: string): Promise<void> {
  const created = jobs.create(request, region).catch((error: unknown) => {
    // Another request was faster.
    if (isOptmlError(error) && error.code === 'JOB_NAME_IN_USE') throw nameInUse(request.TrainingJobName, region);
    throw error;
  });
  await asServiceLater(created);
}
