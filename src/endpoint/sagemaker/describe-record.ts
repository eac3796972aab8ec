import { describeTrainingJob } from '../../jobs/describe/describe.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { moved } from '../../jobs/transitions.ts';
import { isStopAsked } from '../../jobs/watch-stop.ts';
import { maskNamed } from '../../log/masking/named-values.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestMask } from '../../request/request-mask.ts';
import { type JobChanges, readChanges } from './job-changes.ts';
import { warmPoolStatus } from './warm-pool.ts';

/**
 * A record as DescribeTrainingJob shows it: with the defaults that the service fills in, with later changes, and with secrets
 * masked. The model's location is absent until the model is there.
 */
export function describeRecord(store: JobStore, read: JobRecord, now: number = Date.now() / 1000) {
  const dir = store.folderOf(read.TrainingJobName);
  const record = asStopping(read, dir);
  const changes = readChanges(dir);
  const request = changedRequest(record.request, changes);
  const { ModelArtifacts: _, ...described } = describeTrainingJob({ ...record, request });
  const mask = requestMask(request);
  const warmPool = warmPoolStatus({ ...record, request }, now);
  return {
    ...described,
    ...(record.ModelArtifacts !== undefined && { ModelArtifacts: record.ModelArtifacts }),
    ...(described.FailureReason !== undefined && { FailureReason: mask(described.FailureReason) }),
    ...(described.AlgorithmSpecification !== undefined && {
      AlgorithmSpecification: {
        MetricDefinitions: [],
        EnableSageMakerMetricsTimeSeries: false,
        ...described.AlgorithmSpecification,
      },
    }),
    ...(request.InputDataConfig !== undefined && { InputDataConfig: request.InputDataConfig.map(withDefaults) }),
    OutputDataConfig: { KmsKeyId: '', CompressionType: 'GZIP' as const, ...request.OutputDataConfig },
    ...(request.HyperParameters !== undefined && { HyperParameters: masked(request.HyperParameters, mask) }),
    ...(request.Environment !== undefined && { Environment: masked(request.Environment, mask) }),
    ProfilingStatus: 'Disabled' as const,
    ...(warmPool !== undefined && { WarmPoolStatus: warmPool }),
  };
}

/** The record of a job whose process has not yet read that somebody asked for its stop, as it will be. */
export function asStopping(record: JobRecord, dir: string): JobRecord {
  if (record.TrainingJobStatus !== 'InProgress' || !isStopAsked(dir)) return record;
  return record.SecondaryStatus === 'Uploading'
    ? { ...record, TrainingJobStatus: 'Stopping' }
    : moved(record, 'Stopping');
}

function changedRequest(request: TrainingJobRequest, { KeepAlivePeriodInSeconds: keep, ...changes }: JobChanges) {
  const { Tags: _, ...others } = changes;
  const resources = keep !== undefined && {
    ResourceConfig: { ...request.ResourceConfig, KeepAlivePeriodInSeconds: keep },
  };
  return { ...request, ...others, ...resources };
}

function withDefaults(channel: NonNullable<TrainingJobRequest['InputDataConfig']>[number]) {
  const source = channel.DataSource.S3DataSource;
  return {
    CompressionType: 'None' as const,
    RecordWrapperType: 'None' as const,
    ...channel,
    ...(source !== undefined && {
      DataSource: { S3DataSource: { S3DataDistributionType: 'FullyReplicated' as const, ...source } },
    }),
  };
}

function masked(
  values: Readonly<Record<string, string>>,
  mask: (text: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mask(maskNamed(name, value))]));
}
