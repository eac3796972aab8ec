import { SOURCE_CHANNELS } from '../../contract/channels.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { AnyOptions } from '../estimator-options.ts';
import { decodedText } from './decoded-text.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { baseOfJobName } from './job-name.ts';
import { isInS3 } from './locations.ts';

/** Members of a description that are passed on as they are. */
const API_MEMBERS = ['DebugHookConfig', 'ProfilerConfig', 'TensorBoardOutputConfig', 'ExperimentConfig'] as const;

export interface Attachment extends Pick<AnyOptions, 'session' | 'instanceType'> {
  /** Whether the job is one of this machine. */
  readonly isLocal: boolean;
}

/**
 * The options of an estimator that trains as this job did. A source that a service names is in S3: it has no say in what this
 * machine uploads.
 */
export function attachedOptions(
  description: TrainingJobDescription,
  { session, instanceType, isLocal }: Attachment,
): AnyOptions {
  const job = description as TrainingJobDescription & TrainingJobRequest;
  const { AlgorithmSpecification: algorithm, ResourceConfig: resources, OutputDataConfig: output } = job;
  const { VpcConfig: vpc, StoppingCondition: stopping, CheckpointConfig: checkpoints, RetryStrategy: retry } = job;
  const { Subnets: subnets, SecurityGroupIds: securityGroupIds } = (vpc ?? {}) as Readonly<Record<string, string[]>>;
  const members = API_MEMBERS.filter((name) => job[name] !== undefined).map((name) => [name, job[name]]);
  const options: { [Name in keyof AnyOptions]: AnyOptions[Name] } = {
    session,
    role: job.RoleArn,
    imageUri: algorithm?.TrainingImage,
    algorithmArn: algorithm?.AlgorithmName,
    inputMode: algorithm?.TrainingInputMode,
    metricDefinitions: algorithm?.MetricDefinitions,
    containerEntryPoint: algorithm?.ContainerEntrypoint,
    containerArguments: algorithm?.ContainerArguments,
    ...(resources?.InstanceGroups === undefined
      ? { instanceType: instanceType ?? resources?.InstanceType, instanceCount: resources?.InstanceCount }
      : {
          instanceGroups: resources.InstanceGroups.map((group) => ({
            instanceGroupName: group.InstanceGroupName,
            instanceType: group.InstanceType,
            instanceCount: group.InstanceCount,
          })),
        }),
    volumeSize: resources?.VolumeSizeInGB,
    volumeKmsKey: resources?.['VolumeKmsKeyId' as keyof typeof resources] as string | undefined,
    keepAlivePeriodInSeconds: resources?.KeepAlivePeriodInSeconds,
    trainingPlan: resources?.['TrainingPlanArn' as keyof typeof resources] as string | undefined,
    maxRun: stopping?.MaxRuntimeInSeconds,
    ...(job.EnableManagedSpotTraining === true && {
      useSpotInstances: true,
      maxWait: stopping?.MaxWaitTimeInSeconds,
    }),
    outputPath: output?.S3OutputPath,
    outputKmsKey: output?.KmsKeyId === '' ? undefined : output?.KmsKeyId,
    ...(output?.CompressionType === 'NONE' && { disableOutputCompression: true }),
    baseJobName: baseOfJobName(description.TrainingJobName),
    enableNetworkIsolation: job.EnableNetworkIsolation,
    encryptInterContainerTraffic: job['EnableInterContainerTrafficEncryption'] as boolean | undefined,
    ...(subnets !== undefined && { subnets, securityGroupIds }),
    checkpointS3Uri: checkpoints?.S3Uri,
    checkpointLocalPath: checkpoints?.LocalPath,
    maxRetryAttempts: retry?.MaximumRetryAttempts,
    environment: job.Environment,
    ...sourceAndHyperparameters(job.HyperParameters ?? {}, (source) =>
      isLocal || isInS3(source) ? source : sourceChannelOf(job),
    ),
    ...(members.length > 0 && { apiMembers: Object.fromEntries(members) }),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Program and source are options; what the estimator adds to each job is left out. */
function sourceAndHyperparameters(
  given: Readonly<Record<string, string>>,
  locationOf: (source: string) => string | undefined,
): AnyOptions {
  const { submitDirectory, program, jobName, region, containerLogLevel } = TOOLKIT_HYPERPARAMETERS;
  const { [submitDirectory]: source, [program]: script, [containerLogLevel]: level, ...others } = given;
  const { [jobName]: _job, [region]: _region, ...own } = others;
  const isScript = source !== undefined && script !== undefined;
  const hyperparameters: Hyperparameters = isScript
    ? Object.fromEntries(Object.entries(own).map(([name, value]) => [name, parsed(value) as string]))
    : own;
  const sourceDir = isScript ? locationOf(decodedText(source)) : undefined;
  return {
    hyperparameters,
    ...(isScript && sourceDir !== undefined && { entryPoint: decodedText(script), sourceDir }),
    ...(level !== undefined && { containerLogLevel: Number(level) }),
  };
}

/** Where the source of an isolated job is, which gets it as a channel. */
function sourceChannelOf({ InputDataConfig: channels = [] }: TrainingJobRequest): string | undefined {
  const channel = channels.find(({ ChannelName }) => ChannelName === SOURCE_CHANNELS.code);
  const uri = channel?.DataSource?.S3DataSource?.S3Uri ?? '';
  return isInS3(uri) ? uri : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
