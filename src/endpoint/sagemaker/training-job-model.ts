import { checkMetricDefinitions } from '../../jobs/metrics/definitions.ts';
import type { Operation } from '../../request/check-request.ts';
import { violation } from '../../request/check-shape.ts';
import { resolveLocalPaths } from '../../request/local-paths.ts';
import type { Problem } from '../../request/problem.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { CREATE_TRAINING_JOB, checkWarmPool } from '../../request/training-job.ts';
import type { Tag } from './job-changes.ts';
import { checkTags } from './job-tags.ts';

/**
 * CreateTrainingJob at the endpoint. Differs from the service: a job with a warm pool may be a spot job, since the instances
 * are those of this machine.
 */
export const ENDPOINT_TRAINING_JOB: Operation<TrainingJobRequest> = {
  ...CREATE_TRAINING_JOB,
  rules: [
    ...CREATE_TRAINING_JOB.rules.filter((rule) => rule !== checkWarmPool),
    checkRequired,
    checkAvailable,
    checkLocations,
    (request) => checkTags(request['Tags'] as readonly Partial<Tag>[] | undefined),
    ({ AlgorithmSpecification: algorithm }) =>
      checkMetricDefinitions((algorithm?.MetricDefinitions ?? []).filter(({ Name, Regex }) => Name && Regex)),
  ],
};

// The model of the API has it optional, for serverless jobs.
function checkRequired(request: TrainingJobRequest): readonly Problem[] {
  return request.RoleArn === undefined ? [violation('null', 'RoleArn', 'Member must not be null')] : [];
}

/** What this machine does not have. */
function checkAvailable({ AlgorithmSpecification: algorithm, InputDataConfig = [] }: TrainingJobRequest) {
  const problems: Problem[] = [];
  if (algorithm?.AlgorithmName !== undefined && algorithm.TrainingImage === undefined) {
    const message = 'optml has no algorithm resources';
    problems.push({ path: 'AlgorithmSpecification.AlgorithmName', message, fix: 'Give its image as TrainingImage.' });
  }
  for (const [index, { DataSource: source }] of InputDataConfig.entries()) {
    const path = `InputDataConfig[${index}].DataSource`;
    if (source?.S3DataSource !== undefined || Object.keys(source ?? {}).length !== 1) continue;
    problems.push({ path, message: 'optml reads channels from S3 only', fix: 'Give S3DataSource.' });
  }
  return problems;
}

/** Locations that are in S3 by their form, and nowhere by their content. */
function checkLocations(request: TrainingJobRequest): readonly Problem[] {
  return resolveLocalPaths(request, '/').problems;
}
