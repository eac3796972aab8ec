// The entry optml as it was first declared: names and members may be added; none may be removed or narrowed.
// test/types/public-api.ts compares the present declarations with these.
// Unions that may gain members are the present ones here: growing.ts lists their first members.
import type { EngineName, JobEvent, SecondaryStatus, TrainingJobStatus, ValidationEvent } from '../../../src/index.ts';
import type { OptmlError } from './errors.ts';

export { ERROR_CODES, type ErrorDetails, isOptmlError, OptmlError } from './errors.ts';
export * from './training.ts';

interface AlgorithmSpecification {
  readonly TrainingImage?: string;
  readonly AlgorithmName?: string;
  readonly TrainingInputMode: InputMode;
  readonly MetricDefinitions?: readonly {
    readonly Name: string;
    readonly Regex: string;
  }[];
  readonly ContainerEntrypoint?: readonly string[];
  readonly ContainerArguments?: readonly string[];
}

interface Channel {
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
  readonly ShuffleConfig?: {
    readonly Seed: number;
  };
}

export interface CheckResult {
  readonly id: string;
  readonly clause: string;
  readonly severity: Severity;
  readonly title: string;
  readonly status: Status;
  readonly verdict: string;
  readonly evidence: Evidence;
  readonly why: string;
  readonly fix: string;
  readonly accepted?: string;
  readonly seconds: number;
}

interface EngineOptions {
  readonly engine?: EngineName | undefined;
  readonly pull?: 'never' | 'missing' | 'always' | undefined;
  readonly gpus?: string | undefined;
  readonly shmSize?: string | undefined;
}

export interface Evidence {
  readonly command?: readonly string[];
  readonly exitCode?: number;
  readonly log?: string;
  readonly files?: readonly string[];
  readonly notes?: readonly string[];
}

type InputMode = 'File' | 'Pipe' | 'FastFile';

interface InstanceGroup {
  readonly InstanceGroupName: string;
  readonly InstanceType: string;
  readonly InstanceCount: number;
}

export interface JobRecord {
  readonly TrainingJobName: string;
  readonly TrainingJobStatus: TrainingJobStatus;
  readonly SecondaryStatus: SecondaryStatus;
  readonly SecondaryStatusTransitions: readonly StatusTransition[];
  readonly FailureReason?: string;
  readonly CreationTime: number;
  readonly LastModifiedTime: number;
  readonly TrainingStartTime?: number;
  readonly TrainingEndTime?: number;
  readonly TrainingTimeInSeconds?: number;
  readonly BillableTimeInSeconds?: number;
  readonly ModelArtifacts?: {
    readonly S3ModelArtifacts: string;
  };
  readonly FinalMetricDataList?: readonly MetricValue[];
  readonly request: TrainingJobRequest;
  readonly engine: string;
  readonly hosts: readonly string[];
  readonly runner: RunnerProcess;
  readonly outputs: readonly string[];
  readonly leftovers: readonly string[];
}

export interface MetricValue {
  readonly MetricName: string;
  readonly Value: number;
  readonly Timestamp: number;
}

export type OnJobEvent = (event: JobEvent) => void | Promise<void>;

interface OutputDataConfig {
  readonly S3OutputPath: string;
  readonly KmsKeyId?: string;
  readonly CompressionType?: 'GZIP' | 'NONE';
}

export declare function packDirectory(dir: string, file: string, options?: PackOptions): Promise<PackResult>;

export interface PackOptions {
  readonly compression?: string;
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  readonly signal?: AbortSignal;
  readonly exclude?: readonly string[];
  readonly skipEmpty?: boolean;
  readonly warn?: (message: string) => void;
  readonly onProgress?: (doneBytes: number, totalBytes: number | undefined) => void;
}

export interface PackResult {
  readonly entries: number;
  readonly bytes: number;
}

interface ResourceConfig {
  readonly InstanceType?: string;
  readonly InstanceCount?: number;
  readonly VolumeSizeInGB?: number;
  readonly KeepAlivePeriodInSeconds?: number;
  readonly InstanceGroups?: readonly InstanceGroup[];
}

interface RunnerProcess {
  readonly pid: number;
  readonly startTicks: string;
}

interface RunPreparedOptions extends EngineOptions {
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  readonly onEvent?: OnJobEvent;
  readonly onName?: (name: string, renamedFrom: string | undefined) => void;
  readonly stop?: AbortSignal;
  readonly kill?: AbortSignal;
  readonly stopGraceSeconds?: number;
  readonly passCredentials?: boolean;
  readonly interruptAfterSeconds?: number;
}

export declare function runTrainingJob(request: unknown, options?: RunTrainingJobOptions): Promise<TrainingJobResult>;

export interface RunTrainingJobOptions extends RunPreparedOptions {
  readonly baseDir?: string;
  readonly where?: string;
  readonly asPlatform?: boolean;
}

interface S3DataSource {
  readonly S3DataType: 'S3Prefix' | 'ManifestFile' | 'AugmentedManifestFile' | 'Converse';
  readonly S3Uri: string;
  readonly S3DataDistributionType?: 'FullyReplicated' | 'ShardedByS3Key';
  readonly AttributeNames?: readonly string[];
  readonly InstanceGroupNames?: readonly string[];
}

export type Severity = 'must' | 'should' | 'advice';

export type Status = 'pass' | 'fail' | 'unknown' | 'skipped';

export interface StatusTransition {
  readonly Status: SecondaryStatus;
  readonly StartTime: number;
  readonly EndTime?: number;
  readonly StatusMessage: string;
}

interface StoppingCondition {
  readonly MaxRuntimeInSeconds?: number;
  readonly MaxWaitTimeInSeconds?: number;
}

interface TargetOptions {
  readonly image?: string | undefined;
  readonly project?: string | undefined;
  readonly command?: readonly string[] | undefined;
}

interface TrainingJobRequest {
  readonly TrainingJobName: string;
  readonly AlgorithmSpecification?: AlgorithmSpecification;
  readonly RoleArn?: string;
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly InputDataConfig?: readonly Channel[];
  readonly OutputDataConfig: OutputDataConfig;
  readonly ResourceConfig?: ResourceConfig;
  readonly StoppingCondition?: StoppingCondition;
  readonly CheckpointConfig?: {
    readonly S3Uri: string;
    readonly LocalPath?: string;
  };
  readonly EnableNetworkIsolation?: boolean;
  readonly EnableManagedSpotTraining?: boolean;
  readonly RetryStrategy?: {
    readonly MaximumRetryAttempts: number;
  };
  readonly ServerlessJobConfig?: unknown;
  readonly [member: string]: unknown;
}

export interface TrainingJobResult {
  readonly name: string;
  readonly record: JobRecord;
  readonly error: OptmlError | undefined;
  readonly dir: string;
  readonly report: string | undefined;
}

export declare function unpackArchive(file: string, dir: string, options?: UnpackOptions): Promise<UnpackResult>;

export interface UnpackOptions {
  readonly maxBytes?: number;
  readonly maxEntries?: number;
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number) => void;
}

export interface UnpackResult {
  readonly entries: number;
  readonly bytes: number;
}

export declare function validateImage(options: ValidateOptions): Promise<ValidationReport>;

export interface ValidateOptions extends TargetOptions {
  readonly job?: unknown;
  readonly failingHyperparameters?: Readonly<Record<string, string>> | undefined;
  readonly longHyperparameters?: Readonly<Record<string, string>> | undefined;
  readonly engine?: EngineName | undefined;
  readonly pull?: 'never' | 'missing' | 'always' | undefined;
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly baseline?: Readonly<Record<string, string>> | string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly variables?: Readonly<NodeJS.ProcessEnv> | undefined;
  readonly onProgress?: ((event: ValidationEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ValidationReport {
  readonly version: 1;
  readonly optml: string;
  readonly subject: {
    readonly kind: 'image' | 'project' | 'command';
    readonly name: string;
    readonly engine: string;
    readonly platform?: string;
    readonly bytes?: number;
  };
  readonly startedAt: string;
  readonly seconds: number;
  readonly verdict: 'pass' | 'fail' | 'not validated';
  readonly counts: Readonly<Record<Status | 'accepted', number>>;
  readonly notes: readonly string[];
  readonly checks: readonly CheckResult[];
}
