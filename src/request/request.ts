/** A CreateTrainingJob request, as far as a job on one's own machine looks at it. Names and units are the API's. */
export interface TrainingJobRequest {
  readonly TrainingJobName: string;
  readonly AlgorithmSpecification?: AlgorithmSpecification;
  readonly RoleArn?: string;
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly InputDataConfig?: readonly Channel[];
  readonly OutputDataConfig: OutputDataConfig;
  readonly ResourceConfig?: ResourceConfig;
  readonly StoppingCondition?: StoppingCondition;
  readonly CheckpointConfig?: { readonly S3Uri: string; readonly LocalPath?: string };
  readonly TensorBoardOutputConfig?: { readonly S3OutputPath: string; readonly LocalPath?: string };
  readonly EnableNetworkIsolation?: boolean;
  readonly EnableManagedSpotTraining?: boolean;
  readonly RetryStrategy?: { readonly MaximumRetryAttempts: number };
  readonly ServerlessJobConfig?: unknown;
  /** What has no effect on a container, and is only echoed. */
  readonly [member: string]: unknown;
}

export interface AlgorithmSpecification {
  readonly TrainingImage?: string;
  readonly AlgorithmName?: string;
  readonly TrainingInputMode: InputMode;
  readonly MetricDefinitions?: readonly { readonly Name: string; readonly Regex: string }[];
  readonly ContainerEntrypoint?: readonly string[];
  readonly ContainerArguments?: readonly string[];
}

export type InputMode = 'File' | 'Pipe' | 'FastFile';

export interface Channel {
  readonly ChannelName: string;
  readonly DataSource: {
    readonly S3DataSource?: S3DataSource;
    readonly FileSystemDataSource?: unknown;
    readonly DatasetSource?: unknown;
  };
  readonly ContentType?: string;
  readonly CompressionType?: 'None' | 'Gzip';
  readonly RecordWrapperType?: 'None' | 'RecordIO';
  readonly InputMode?: InputMode;
  readonly ShuffleConfig?: { readonly Seed: number };
}

export interface S3DataSource {
  readonly S3DataType: 'S3Prefix' | 'ManifestFile' | 'AugmentedManifestFile' | 'Converse';
  readonly S3Uri: string;
  readonly S3DataDistributionType?: 'FullyReplicated' | 'ShardedByS3Key';
  readonly AttributeNames?: readonly string[];
  readonly InstanceGroupNames?: readonly string[];
}

export interface OutputDataConfig {
  readonly S3OutputPath: string;
  readonly KmsKeyId?: string;
  readonly CompressionType?: 'GZIP' | 'NONE';
}

export interface ResourceConfig {
  readonly InstanceType?: string;
  readonly InstanceCount?: number;
  readonly VolumeSizeInGB?: number;
  readonly KeepAlivePeriodInSeconds?: number;
  readonly InstanceGroups?: readonly InstanceGroup[];
}

export interface InstanceGroup {
  readonly InstanceGroupName: string;
  readonly InstanceType: string;
  readonly InstanceCount: number;
}

export interface StoppingCondition {
  readonly MaxRuntimeInSeconds?: number;
  readonly MaxWaitTimeInSeconds?: number;
}
