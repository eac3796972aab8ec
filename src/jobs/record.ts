import type { TrainingJobRequest } from '../request/request.ts';
import type { MetricDefinition } from './metrics/definitions.ts';
import type { SecondaryStatus, StatusTransition, TrainingJobStatus } from './status.ts';

/** Last value of a metric, as DescribeTrainingJob's `FinalMetricDataList` has it. Time in seconds since 1970. */
export interface MetricValue {
  readonly MetricName: string;
  readonly Value: number;
  readonly Timestamp: number;
}

/** Which process runs a job: its id and when it started, in the kernel's clock ticks, since ids are used again. */
export interface JobOwner {
  readonly pid: number;
  readonly startTicks: string;
}

/** The version of the format that this version of optml writes. Members may be added to it without a new one. */
export const RECORD_FORMAT = 1;

/** What is recorded of a job, in `job.json` of its folder. Names are those of DescribeTrainingJob; times in seconds. */
export interface JobRecord {
  /** Version of this format, if it is not the first: {@link RECORD_FORMAT}. */
  readonly format?: number;
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
  /** Where the model is: a path or an S3 URI. */
  readonly ModelArtifacts?: { readonly S3ModelArtifacts: string };
  readonly FinalMetricDataList?: readonly MetricValue[];
  /** The request as it was checked, places on this machine as absolute paths. */
  readonly request: TrainingJobRequest;
  /** Metrics of its built-in algorithm, but for those whose names the request defines. */
  readonly algorithmMetrics?: readonly MetricDefinition[];
  /** Its region, part of its ARN. Records of earlier versions have none. */
  readonly region?: string;
  /** The image that runs in place of the request's, where the endpoint maps that one to another. */
  readonly image?: string;
  /** Engine that runs it. */
  readonly engine: string;
  /** Names of the hosts, in the order of their numbers. */
  readonly hosts: readonly string[];
  readonly runner: JobOwner;
  /** Artifacts other than the model: a path or URI each. */
  readonly outputs: readonly string[];
  /** Where the TensorBoard logs are: a path or URI. */
  readonly tensorBoard?: string;
  /**
   * Where artifacts are that have not been delivered, once the hosts have ended: a folder of the job's own, absolute. Of an
   * ended job, `optml deliver` delivers them.
   */
  readonly undelivered?: string | undefined;
  /** Whether programs of this attempt may have run, written before the first one starts. Not in an ended job's record, unless optml was killed. */
  readonly haveHostsBegun?: boolean | undefined;
  /** Whether the last checkpoints may be missing at their location, once the hosts have ended. */
  readonly hasUncopiedCheckpoints?: boolean | undefined;
  /**
   * Folders in whose place the job put something else, a sentence each: `model of algo-1 is a symbolic link to "/data"`. Their
   * content is not delivered. Names in it are shown with escapes.
   */
  readonly notDelivered?: readonly string[];
  /** What the next start has to clean up should this run be killed: engine, and the job's label there. */
  readonly leftovers: readonly string[];
}
