import { resolve } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import type { TrainingJobDescription } from '../jobs/describe/describe.ts';
import type { JobUpdate } from './cloud/cloud-platform.ts';
import type { JobPlatform, MetricRow } from './job-platform.ts';
import { type LogOption, showUpdates } from './show-updates.ts';

/** A wait that can be ended. Ending it leaves the job as it is. */
export interface WaitOptions {
  /** Aborting it ends the wait with the signal's reason. The job goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** How a job is waited for. */
export interface WaitForJobOptions extends WaitOptions {
  /** Which output to print: `All` or `None`. By default all; a function receives every update instead. */
  readonly logs?: LogOption | undefined;
}

/** A line that a host has written. */
export type LogUpdate = Extract<JobUpdate, { readonly type: 'log' }>;
/** A change of a job's status. */
export type StatusUpdate = Extract<JobUpdate, { readonly type: 'status' }>;

/**
 * A training job that exists: on this machine, at an endpoint or on SageMaker.
 *
 * @example
 * ```ts
 * import { Estimator } from 'optml/estimator';
 *
 * const job = await Estimator.attach('my-job');
 * for await (const { host, line } of job.latestTrainingJob.logs()) console.log(host, line);
 * ```
 */
export class TrainingJob {
  /** Its name, which is unique in an account and region. */
  readonly name: string;
  readonly #platform: JobPlatform;
  readonly #baseDir: string;

  /** @internal */
  constructor(name: string, { platform, baseDir }: { readonly platform: JobPlatform; readonly baseDir: string }) {
    this.name = name;
    this.#platform = platform;
    this.#baseDir = baseDir;
  }

  /** The job as DescribeTrainingJob answers. @throws OptmlError JOB_NOT_FOUND. */
  describe(): Promise<TrainingJobDescription> {
    return this.#platform.describe(this.name);
  }

  /** Asks for the job to be stopped, and does not wait for it. @throws OptmlError JOB_HAS_ENDED. */
  stop(): Promise<void> {
    return this.#platform.stop(this.name);
  }

  /** What happens to the job, from its start until it has ended. The last update has the type `end`. */
  updates({ signal }: WaitOptions = {}): AsyncIterable<JobUpdate> {
    return this.#platform.follow(this.name, { hasLogs: true, signal });
  }

  /** The lines that its hosts write, from the first one until the job has ended. */
  async *logs(options: WaitOptions = {}): AsyncGenerator<LogUpdate> {
    for await (const update of this.updates(options)) if (update.type === 'log') yield update;
  }

  /** The changes of its status, from the first one until the job has ended. */
  async *statuses({ signal }: WaitOptions = {}): AsyncGenerator<StatusUpdate> {
    for await (const update of this.#platform.follow(this.name, { hasLogs: false, signal })) {
      if (update.type === 'status') yield update;
    }
  }

  /**
   * Waits until the job has ended, and prints its output. Resolves also for a job that was stopped.
   *
   * @throws OptmlError JOB_FAILED with the failure reason of a job that failed; the reason of `signal`.
   */
  async wait({ logs = 'All', signal }: WaitForJobOptions = {}): Promise<TrainingJobDescription> {
    const description =
      logs === 'None' || logs === false
        ? await this.#platform.wait(this.name, signal)
        : await showUpdates(this.updates({ signal }), logs);
    if (description.TrainingJobStatus !== 'Failed') return description;
    throw new OptmlError('JOB_FAILED', `the training job failed: ${description.FailureReason ?? 'without a reason'}`, {
      where: this.name,
      fix: 'Read the output of its hosts: iterate over logs() of the job.',
    });
  }

  /** Where its model is, or will be. */
  async modelData(): Promise<string> {
    return (await this.describe()).ModelArtifacts.S3ModelArtifacts;
  }

  /**
   * Writes the files of the model into the folder `dir`, which is made. It must be empty. Returns its absolute path.
   *
   * @throws OptmlError MODEL_MISSING for a job that has no model yet, or never will; errors of S3 and of the disk.
   */
  async downloadModel(dir: string, { signal }: WaitOptions = {}): Promise<string> {
    const description = await this.describe();
    const path = resolve(this.#baseDir, dir);
    await this.#platform.downloadModel(description, path, signal);
    return path;
  }

  /** The values of the job's metrics so far. */
  async metrics({ signal }: WaitOptions = {}): Promise<readonly MetricRow[]> {
    return this.#platform.metrics(await this.describe(), signal);
  }
}
