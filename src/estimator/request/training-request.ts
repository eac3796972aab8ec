import { basename } from 'node:path';
import { RUNTIME_SECONDS } from '../../contract/limits.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { LEVELS } from '../../log/log.ts';
import type { Channel, ResourceConfig, TrainingJobRequest } from '../../request/request.ts';
import type { AnyOptions } from '../estimator-options.ts';
import type { Preset } from '../preset.ts';
import { distributionHyperparameters } from './distribution.ts';
import { type Hyperparameters, jsonHyperparameters, plainHyperparameters } from './hyperparameters.ts';
import { absoluteLocation, isInS3 } from './locations.ts';
import { channelsOf, jobInputMode, type TrainingInputs } from './training-input.ts';
import { usageError } from './usage-error.ts';

/** What a request depends on beside the options. */
export interface RequestSettings {
  readonly jobName: string;
  readonly image: string | undefined;
  readonly preset: Preset;
  readonly region: string;
  /** Relative paths count from here. Absolute. */
  readonly baseDir: string;
  readonly isLocal: boolean;
  /** Where artifacts go without an `outputPath`. */
  readonly defaultOutput: string;
  /** In place of the estimator's own. */
  readonly hyperparameters: Hyperparameters;
  readonly role: string | undefined;
}

/** GiB of a volume, and the level of the container's log, where none is given: as in the Python SDK. */
const VOLUME_GIB = 30;

const MODEL_CONTENT_TYPE = 'application/x-sagemaker-model';

/** The CreateTrainingJob request of a job. Locations on this machine stay in it: who sends it uploads them. */
export function trainingRequest(
  options: AnyOptions,
  inputs: TrainingInputs | undefined,
  settings: RequestSettings,
): TrainingJobRequest {
  const { jobName, isLocal } = settings;
  const { inputMode = 'File', maxRun = RUNTIME_SECONDS.default, environment, apiMembers } = options;
  const hyperparameters = hyperparametersOf(options, settings);
  const channels = withModel(channelsOf(inputs, inputMode), options);
  const tags = tagsOf(options.tags);
  return {
    TrainingJobName: jobName,
    AlgorithmSpecification: algorithmOf(options, settings, jobInputMode(inputs, inputMode)),
    ...(settings.role !== undefined && { RoleArn: settings.role }),
    OutputDataConfig: outputOf(options, settings),
    ResourceConfig: resourcesOf(options),
    StoppingCondition: {
      MaxRuntimeInSeconds: maxRun,
      ...(options.maxWait !== undefined && { MaxWaitTimeInSeconds: options.maxWait }),
    },
    ...(channels !== undefined && { InputDataConfig: channels }),
    ...(Object.keys(hyperparameters).length > 0 && { HyperParameters: hyperparameters }),
    ...(environment !== undefined && { Environment: environment }),
    // Jobs of this machine have no tags, and no network of AWS.
    ...(tags !== undefined && { Tags: tags }),
    ...(options.subnets !== undefined &&
      !isLocal && { VpcConfig: { Subnets: options.subnets, SecurityGroupIds: options.securityGroupIds } }),
    ...flagsOf(options),
    ...(options.checkpointS3Uri !== undefined && { CheckpointConfig: checkpointsOf(options, options.checkpointS3Uri) }),
    ...(options.maxRetryAttempts !== undefined && {
      RetryStrategy: { MaximumRetryAttempts: options.maxRetryAttempts },
    }),
    ...apiMembers,
  };
}

/** Where the program is: its source, absolute or in S3, and its name there. */
export function sourceOf(
  { entryPoint, sourceDir }: AnyOptions,
  baseDir: string,
): { readonly source: string; readonly program: string } | undefined {
  if (entryPoint === undefined) return undefined;
  if (sourceDir !== undefined) return { source: absoluteLocation(sourceDir, baseDir), program: entryPoint };
  return { source: absoluteLocation(entryPoint, baseDir), program: basename(entryPoint) };
}

function hyperparametersOf(options: AnyOptions, settings: RequestSettings): Record<string, string> {
  const { preset, jobName, region, hyperparameters: own } = settings;
  const source = sourceOf(options, settings.baseDir);
  const isJson = preset.isScript || options.sourceDir !== undefined;
  const given = isJson ? jsonHyperparameters(own) : plainHyperparameters(own);
  const { distribution, instanceType, instanceGroups = [] } = options;
  const groupNames = instanceGroups.map(({ instanceGroupName }) => instanceGroupName);
  const launch =
    distribution === undefined ? {} : distributionHyperparameters(distribution, { instanceType, groupNames });
  const script = source && {
    [TOOLKIT_HYPERPARAMETERS.submitDirectory]: source.source,
    [TOOLKIT_HYPERPARAMETERS.program]: source.program,
    [TOOLKIT_HYPERPARAMETERS.containerLogLevel]: options.containerLogLevel ?? LEVELS.info,
    [TOOLKIT_HYPERPARAMETERS.jobName]: jobName,
    [TOOLKIT_HYPERPARAMETERS.region]: region,
  };
  return { ...given, ...jsonHyperparameters({ ...script, ...launch }) };
}

function algorithmOf(
  options: AnyOptions,
  { image, preset }: RequestSettings,
  TrainingInputMode: 'File' | 'Pipe' | 'FastFile',
) {
  const { algorithmArn, metricDefinitions, containerEntryPoint, containerArguments } = options;
  const { trainingRepositoryAccessMode: access, trainingRepositoryCredentialsProviderArn: provider } = options;
  const hasSeries = options.enableSagemakerMetrics ?? preset.hasMetricSeries?.(options);
  return {
    TrainingInputMode,
    ...(algorithmArn === undefined ? { TrainingImage: image ?? '' } : { AlgorithmName: algorithmArn }),
    ...(access !== undefined && {
      TrainingImageConfig: {
        TrainingRepositoryAccessMode: access,
        ...(provider !== undefined && {
          TrainingRepositoryAuthConfig: { TrainingRepositoryCredentialsProviderArn: provider },
        }),
      },
    }),
    ...(metricDefinitions !== undefined && { MetricDefinitions: metricDefinitions }),
    ...(containerEntryPoint !== undefined && { ContainerEntrypoint: containerEntryPoint }),
    ...(containerArguments !== undefined && { ContainerArguments: containerArguments }),
    ...(hasSeries !== undefined && { EnableSageMakerMetricsTimeSeries: hasSeries }),
  };
}

function resourcesOf(options: AnyOptions): ResourceConfig {
  const { volumeSize = VOLUME_GIB, volumeKmsKey, keepAlivePeriodInSeconds, trainingPlan } = options;
  const { instanceGroups, instanceType, instanceCount = 1 } = options;
  const groups = instanceGroups?.map((group) => ({
    InstanceGroupName: group.instanceGroupName,
    InstanceType: group.instanceType,
    InstanceCount: group.instanceCount,
  }));
  return {
    VolumeSizeInGB: volumeSize,
    ...(volumeKmsKey !== undefined && { VolumeKmsKeyId: volumeKmsKey }),
    ...(keepAlivePeriodInSeconds !== undefined && { KeepAlivePeriodInSeconds: keepAlivePeriodInSeconds }),
    ...(groups === undefined
      ? { InstanceType: instanceType ?? '', InstanceCount: instanceCount }
      : { InstanceGroups: groups }),
    ...(trainingPlan !== undefined && { TrainingPlanArn: trainingPlan }),
  };
}

function outputOf(options: AnyOptions, settings: RequestSettings): TrainingJobRequest['OutputDataConfig'] {
  const { outputPath, outputKmsKey, disableOutputCompression = false } = options;
  const location = outputPath === undefined ? settings.defaultOutput : absoluteLocation(outputPath, settings.baseDir);
  if (!settings.isLocal && !isInS3(location)) {
    throw usageError(`"${outputPath}" is on this machine`, 'outputPath', 'Pass s3://…, or instanceType: "local".');
  }
  return {
    S3OutputPath: location,
    ...(outputKmsKey !== undefined && { KmsKeyId: outputKmsKey }),
    ...(disableOutputCompression && { CompressionType: 'NONE' as const }),
  };
}

function flagsOf(options: AnyOptions): Partial<TrainingJobRequest> {
  const { enableInfraCheck, enableRemoteDebug, enableSessionTagChaining } = options;
  return {
    ...(options.enableNetworkIsolation !== undefined && { EnableNetworkIsolation: options.enableNetworkIsolation }),
    ...(options.encryptInterContainerTraffic !== undefined && {
      EnableInterContainerTrafficEncryption: options.encryptInterContainerTraffic,
    }),
    ...(options.useSpotInstances === true && { EnableManagedSpotTraining: true }),
    ...(enableInfraCheck !== undefined && { InfraCheckConfig: { EnableInfraCheck: enableInfraCheck } }),
    ...(enableRemoteDebug !== undefined && { RemoteDebugConfig: { EnableRemoteDebug: enableRemoteDebug } }),
    ...(enableSessionTagChaining !== undefined && {
      SessionChainingConfig: { EnableSessionTagChaining: enableSessionTagChaining },
    }),
  };
}

function checkpointsOf({ checkpointLocalPath }: AnyOptions, uri: string) {
  return { S3Uri: uri, ...(checkpointLocalPath !== undefined && { LocalPath: checkpointLocalPath }) };
}

function withModel(channels: readonly Channel[] | undefined, options: AnyOptions): readonly Channel[] | undefined {
  const { modelUri, modelChannelName = 'model' } = options;
  if (modelUri === undefined) return channels;
  if (channels?.some(({ ChannelName }) => ChannelName === modelChannelName)) {
    throw usageError(`two channels "${modelChannelName}"`, 'modelChannelName', 'Pass another name for one of them.');
  }
  const input = { s3Data: modelUri, contentType: MODEL_CONTENT_TYPE, inputMode: 'File' } as const;
  return [...(channels ?? []), ...(channelsOf({ [modelChannelName]: input }, 'File') ?? [])];
}

function tagsOf(tags: AnyOptions['tags']): readonly { readonly Key: string; readonly Value: string }[] | undefined {
  if (tags === undefined || Array.isArray(tags)) return tags as undefined;
  return Object.entries(tags as Readonly<Record<string, string>>).map(([Key, Value]) => ({ Key, Value }));
}
