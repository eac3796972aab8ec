import { existsSync } from 'node:fs';
import type { CreateTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
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

// Each starts a process, which takes milliseconds.
const MOST_AT_ONCE = 32;

/** Creates a job, which has a process of its own when the answer is sent. */
export function createTrainingJob(jobs: EndpointJobs): JsonOperation {
  let running = 0;
  return async (input, { caller }) => {
    const request = checkInput<TrainingJobRequest>(ENDPOINT_TRAINING_JOB, input);
    const { TrainingJobName: name } = request;
    const { region } = caller;
    if (existsSync(jobs.store.folderOf(name))) throw nameInUse(name, region);
    checkLimits(request, jobs.live());
    if (running >= MOST_AT_ONCE) throw new ServiceError('ThrottlingException', 400, 'Rate exceeded');
    running++;
    try {
      await create(jobs, request, region);
    } finally {
      running--;
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
