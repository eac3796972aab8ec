import type { TrainingJobDescription } from '../jobs/describe/describe.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { FollowOptions, JobUpdate } from './cloud/cloud-platform.ts';

/** A value of a metric of a job. */
export interface MetricRow {
  /** Seconds since the first value of this metric. */
  readonly timestamp: number;
  readonly metricName: string;
  readonly value: number;
}

/** What runs the jobs of an estimator: this machine, or SageMaker. */
export interface JobPlatform extends Pick<JobRunner, 'stop' | 'describe' | 'wait'> {
  readonly region: string;
  /** Where artifacts go without an `outputPath`. */
  defaultOutput(): Promise<string>;
  /** Checks a request, brings its local locations to where the job finds them, and creates the job. */
  submit(request: TrainingJobRequest, options: SubmitOptions): Promise<SubmittedRequest>;
  follow(name: string, options?: FollowOptions): AsyncIterable<JobUpdate>;
  /** The metrics of a job so far, by name and time. */
  metrics(description: TrainingJobDescription, signal?: AbortSignal): Promise<readonly MetricRow[]>;
  /** Writes the files of the model into a folder, which is empty or missing. Both are absolute. */
  downloadModel(description: TrainingJobDescription, dir: string, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** How a request is sent. */
export interface SubmitOptions {
  /** Aborting it gives up before the job exists. */
  readonly signal?: AbortSignal | undefined;
  /** Receives what is not as it should be, without being an error. */
  readonly warn: (message: string) => void;
}

/** A job that exists. */
export interface SubmittedRequest {
  readonly name: string;
  /** As it was sent. */
  readonly request: TrainingJobRequest;
}
