import { RUNTIME_SECONDS } from '../../contract/limits.ts';
import { PROGRESS_MEMBERS } from '../../request/answer-members.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { JobRecord } from '../record.ts';
import { jobArn } from './job-arn.ts';
import type { JobSummary } from './job-summary.ts';
import { modelLocation } from './model-location.ts';

/** Members that DescribeTrainingJob takes over from the request as they are. */
const ECHOED = [
  'HyperParameters',
  'AlgorithmSpecification',
  'RoleArn',
  'InputDataConfig',
  'OutputDataConfig',
  'ResourceConfig',
  'VpcConfig',
  'EnableNetworkIsolation',
  'EnableInterContainerTrafficEncryption',
  'EnableManagedSpotTraining',
  'CheckpointConfig',
  'DebugHookConfig',
  'ExperimentConfig',
  'DebugRuleConfigurations',
  'TensorBoardOutputConfig',
  'ProfilerConfig',
  'ProfilerRuleConfigurations',
  'Environment',
  'RetryStrategy',
  'RemoteDebugConfig',
  'InfraCheckConfig',
  'MlflowConfig',
  'ModelPackageConfig',
] as const satisfies readonly (keyof TrainingJobRequest)[];

/** Members of the record that are DescribeTrainingJob's own. */
const RECORDED = PROGRESS_MEMBERS satisfies readonly (keyof JobRecord)[];

/** Members of a summary that ListTrainingJobs answers with for each job. */
const SUMMARIZED = [
  'CreationTime',
  'TrainingEndTime',
  'LastModifiedTime',
  'TrainingJobStatus',
  'SecondaryStatus',
] as const satisfies readonly (keyof JobSummary)[];

/**
 * A job as DescribeTrainingJob answers: members of the API only, times in seconds since 1970 as in its JSON. As long as the
 * job has no model, the answer contains the location that it will have. Of a built-in algorithm it contains the metrics, as
 * SageMaker's does.
 */
export function describeTrainingJob(record: JobRecord) {
  const { TrainingJobName, request, algorithmMetrics = [] } = record;
  const { AlgorithmSpecification: algorithm } = request;
  const metrics = [...(algorithm?.MetricDefinitions ?? []), ...algorithmMetrics];
  return {
    TrainingJobName,
    TrainingJobArn: jobArn(TrainingJobName, record.region),
    ModelArtifacts: record.ModelArtifacts ?? { S3ModelArtifacts: modelLocation(request) },
    ...pick(record, RECORDED),
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ...(pick(request, ECHOED) as Partial<TrainingJobRequest>),
    ...(algorithm !== undefined &&
      algorithmMetrics.length > 0 && { AlgorithmSpecification: { ...algorithm, MetricDefinitions: metrics } }),
    StoppingCondition: { MaxRuntimeInSeconds: RUNTIME_SECONDS.default, ...request.StoppingCondition },
  };
}

/** A job as DescribeTrainingJob answers. */
export type TrainingJobDescription = ReturnType<typeof describeTrainingJob>;

/** Jobs as ListTrainingJobs answers. */
export function listTrainingJobs(jobs: readonly JobSummary[]) {
  return {
    TrainingJobSummaries: jobs.map((job) => ({
      TrainingJobName: job.TrainingJobName,
      TrainingJobArn: jobArn(job.TrainingJobName, job.region),
      ...pick(job, SUMMARIZED),
    })),
  };
}

function pick<From extends object, Member extends keyof From>(
  from: From,
  members: readonly Member[],
): Readonly<Pick<From, Member>> {
  const isPicked = (member: string) => (members as readonly PropertyKey[]).includes(member);
  return Object.fromEntries(Object.entries(from).filter(([member]) => isPicked(member))) as Pick<From, Member>;
}
