import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { JobRunner } from '../../jobs/job-runner.ts';
import type { LogSource } from '../../jobs/logs/log-source.ts';
import type { TrainingJobStatus } from '../../jobs/status.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

/** SageMaker, or what answers at the configured endpoint, as submit and the Estimator use it. */
export interface CloudPlatform extends JobRunner {
  readonly region: string;
  // Aborting a signal ends the request, and its reason is thrown. A job may have been created all the same.
  start(request: TrainingJobRequest, signal?: AbortSignal): Promise<{ readonly TrainingJobArn: string }>;
  stop(name: string, signal?: AbortSignal): Promise<void>;
  describe(name: string, signal?: AbortSignal): Promise<TrainingJobDescription>;
  /** The account of the credentials. @throws OptmlError without credentials, or with some that are refused. */
  accountId(signal?: AbortSignal): Promise<string>;
  /** The logs of a job: those of all its hosts in CloudWatch Logs. `signal` ends all reading. */
  logs(name: string, signal?: AbortSignal): LogSource;
  /** What happens to a job from its start, or from now, until it has ended: nothing lost, nothing twice. Ends with `end`. */
  follow(name: string, options?: FollowOptions): AsyncIterable<JobUpdate>;
  /** The credentials of the requests, for services that the platform does not contain, such as S3. They may end. */
  credentials(): Promise<CloudCredentials>;
  close(): void;
}

export interface CloudCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface FollowOptions {
  /** By default true. */
  readonly hasLogs?: boolean;
  /** Aborting it ends the wait and not the job: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What happens to a job, wherever it runs. Times in milliseconds since 1970. */
export type JobUpdate =
  | {
      readonly type: 'status';
      readonly time: number;
      readonly status: TrainingJobStatus;
      readonly secondaryStatus: string;
      readonly message: string;
    }
  /** One line, without its break. */
  | { readonly type: 'log'; readonly time: number; readonly host: string; readonly line: string }
  | { readonly type: 'metric'; readonly time: number; readonly name: string; readonly value: number }
  | { readonly type: 'end'; readonly time: number; readonly description: TrainingJobDescription };
