import type { UpdateTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { jobArn } from '../../../jobs/describe/job-arn.ts';
import { hasEnded } from '../../../jobs/status.ts';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput, validationError } from '../check-input.ts';
import { describeRecord } from '../describe-record.ts';
import { writeChanges } from '../job-changes.ts';
import { modelOf } from '../models.ts';
import { findRecord } from '../service-errors.ts';
import type { NamedJob } from './describe-training-job.ts';

interface UpdateInput extends NamedJob {
  readonly ResourceConfig?: { readonly KeepAlivePeriodInSeconds: number };
  readonly ProfilerConfig?: object;
  readonly ProfilerRuleConfigurations?: readonly object[];
  readonly RemoteDebugConfig?: object;
}

const MODEL = modelOf<UpdateInput>('UpdateTrainingJob');

/** Changes what the service lets change: how long a warm pool stays, and settings that have no effect on this machine. */
export function updateTrainingJob({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { TrainingJobName: name, ResourceConfig: resources, ...others } = checkInput(MODEL, input);
    const record = findRecord(store, name);
    const described = describeRecord(store, record);
    if (resources !== undefined && described.WarmPoolStatus?.Status !== 'Available') {
      const status = described.WarmPoolStatus?.Status ?? 'no warm pool';
      throw validationError(
        `KeepAlivePeriodInSeconds can be updated while the warm pool of the training job is Available. It has: ${status}.`,
      );
    }
    if (Object.keys(others).length > 0 && hasEnded(record.TrainingJobStatus)) {
      throw validationError(
        `The request was rejected because the training job is in status ${record.TrainingJobStatus}.`,
      );
    }
    const keep = resources && { KeepAlivePeriodInSeconds: resources.KeepAlivePeriodInSeconds };
    writeChanges(store.folderOf(name), { ...others, ...keep });
    return { TrainingJobArn: jobArn(name, record.region) } satisfies Answer<UpdateTrainingJobCommandOutput>;
  };
}
