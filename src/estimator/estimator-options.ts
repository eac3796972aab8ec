import type { TrainingJobRequest } from '../request/request.ts';
import type { Distribution } from './request/distribution.ts';
import type { Hyperparameters } from './request/hyperparameters.ts';
import type { InputMode } from './request/training-input.ts';
import type { SessionOptions } from './session.ts';

/** A group of instances of one type, for jobs whose hosts differ. */
export interface InstanceGroup {
  readonly instanceGroupName: string;
  readonly instanceType: string;
  readonly instanceCount: number;
}

/** The hosts: of one type, or in groups. */
export type InstanceOptions =
  | {
      /** An instance type of SageMaker, or `local` for this machine. */
      readonly instanceType: string;
      /** By default 1. */
      readonly instanceCount?: number | undefined;
      readonly instanceGroups?: never;
    }
  | {
      readonly instanceGroups: readonly InstanceGroup[];
      readonly instanceType?: never;
      readonly instanceCount?: never;
    };

/** Spot training always needs a limit for the wait. */
export type SpotOptions =
  | {
      readonly useSpotInstances: true;
      /** Seconds for waiting and training together: at least `maxRun`. */
      readonly maxWait: number;
    }
  | { readonly useSpotInstances?: false | undefined; readonly maxWait?: never };

/** A VPC needs both. */
export type VpcOptions =
  | { readonly subnets: readonly string[]; readonly securityGroupIds: readonly string[] }
  | { readonly subnets?: never; readonly securityGroupIds?: never };

/** Checkpoints of this machine's path go to an address in S3: the path alone has no effect. */
export type CheckpointOptions =
  | {
      /** Where checkpoints are kept: in S3; for local jobs also a folder. */
      readonly checkpointS3Uri: string;
      /** The path in the container. By default `/opt/ml/checkpoints`. */
      readonly checkpointLocalPath?: string | undefined;
    }
  | { readonly checkpointS3Uri?: never; readonly checkpointLocalPath?: never };

/** The program: a script, alone or in a folder. */
export type SourceOptions =
  | {
      /** The program: a path in `sourceDir`, else a path of this machine, which then is the whole source. */
      readonly entryPoint: string;
      /** A folder of this machine, or a `sourcedir.tar.gz` in S3. */
      readonly sourceDir?: string | undefined;
    }
  | { readonly entryPoint?: never; readonly sourceDir?: never };

/** What all estimators share. Names and defaults are those of the SageMaker Python SDK 2. */
export interface CommonOptions<Mode extends InputMode = InputMode> {
  /** The role of the job: an ARN or a name. By default that of the configuration. Jobs of this machine need none. */
  readonly role?: string | undefined;
  /** GiB of the volume of each host. By default 30. */
  readonly volumeSize?: number | undefined;
  readonly volumeKmsKey?: string | undefined;
  /** Seconds after which the job is stopped. By default one day. */
  readonly maxRun?: number | undefined;
  /** By default `File`. Channels may have their own. */
  readonly inputMode?: Mode | undefined;
  /** Where artifacts go. By default the default bucket; for local jobs the folder `optml-output`. */
  readonly outputPath?: string | undefined;
  readonly outputKmsKey?: string | undefined;
  /** The start of generated job names. By default the name of the image. */
  readonly baseJobName?: string | undefined;
  /** As an object, or in the form of the API. */
  readonly tags?:
    | Readonly<Record<string, string>>
    | readonly { readonly Key: string; readonly Value: string }[]
    | undefined;
  /** A model to start from, as a further channel. */
  readonly modelUri?: string | undefined;
  /** By default `model`. */
  readonly modelChannelName?: string | undefined;
  /** Metrics that are found in the job's output, each by a regular expression of Python. */
  readonly metricDefinitions?: readonly { readonly Name: string; readonly Regex: string }[] | undefined;
  readonly encryptInterContainerTraffic?: boolean | undefined;
  readonly enableNetworkIsolation?: boolean | undefined;
  readonly enableSagemakerMetrics?: boolean | undefined;
  /** Environment variables of the container. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** How often SageMaker starts the job again after an error of its own. */
  readonly maxRetryAttempts?: number | undefined;
  /** Seconds for which the instances stay for the next job. */
  readonly keepAlivePeriodInSeconds?: number | undefined;
  readonly hyperparameters?: Hyperparameters | undefined;
  /** A level of Python's logging. By default 20, which is INFO. */
  readonly containerLogLevel?: number | undefined;
  readonly distribution?: Distribution | undefined;
  readonly trainingRepositoryAccessMode?: 'Platform' | 'Vpc' | undefined;
  readonly trainingRepositoryCredentialsProviderArn?: string | undefined;
  readonly containerEntryPoint?: readonly string[] | undefined;
  readonly containerArguments?: readonly string[] | undefined;
  /** Keep the model as single files instead of `model.tar.gz`. */
  readonly disableOutputCompression?: boolean | undefined;
  readonly enableInfraCheck?: boolean | undefined;
  readonly enableRemoteDebug?: boolean | undefined;
  readonly enableSessionTagChaining?: boolean | undefined;
  readonly trainingPlan?: string | undefined;
  /** Further members of the CreateTrainingJob request, as the API has them: `DebugHookConfig`, `ProfilerConfig` … */
  readonly apiMembers?: Partial<TrainingJobRequest> | undefined;
  /** Region, profile, folders, and how local jobs run. */
  readonly session?: SessionOptions | undefined;
}

/** What runs: an image, or an algorithm by its ARN. */
export type ImageOptions =
  | {
      /** An image; for local jobs also a folder with a Dockerfile. */
      readonly imageUri: string;
      readonly algorithmArn?: never;
    }
  | { readonly algorithmArn: string; readonly imageUri?: never };

/** The choices that exclude one another: a wrong combination does not compile. */
export type JobOptions = InstanceOptions & SpotOptions & VpcOptions & CheckpointOptions;

/** How an estimator trains. */
export type EstimatorOptions<Mode extends InputMode = InputMode> = CommonOptions<Mode> &
  ImageOptions &
  SourceOptions &
  JobOptions;

/** The same without its exclusions, for the code that reads it after the check. */
export interface AnyOptions extends CommonOptions {
  readonly imageUri?: string | undefined;
  readonly algorithmArn?: string | undefined;
  readonly entryPoint?: string | undefined;
  readonly sourceDir?: string | undefined;
  readonly instanceType?: string | undefined;
  readonly instanceCount?: number | undefined;
  readonly instanceGroups?: readonly InstanceGroup[] | undefined;
  readonly useSpotInstances?: boolean | undefined;
  readonly maxWait?: number | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly checkpointS3Uri?: string | undefined;
  readonly checkpointLocalPath?: string | undefined;
  readonly frameworkVersion?: string | undefined;
  readonly pyVersion?: string | undefined;
}
