import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import { checkInput } from '../check-input.ts';
import { modelOf } from '../models.ts';
import { asService } from '../service-errors.ts';
import type { NamedJob } from './describe-training-job.ts';

const MODEL = modelOf<NamedJob>('StopTrainingJob');

/** Asks a job to stop: its programs get SIGTERM and time to save. */
export function stopTrainingJob({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { TrainingJobName: name } = checkInput(MODEL, input);
    asService(() => store.requestStop(name));
    return {};
  };
}
