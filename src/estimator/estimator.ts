import { printMessage } from '../log/print.ts';
import { isLocalInstance } from '../request/local-values.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { AnyOptions, EstimatorOptions } from './estimator-options.ts';
import type { JobPlatform, MetricRow } from './job-platform.ts';
import { openSession } from './open-session.ts';
import { ANY_IMAGE, type Preset } from './preset.ts';
import { attachedOptions } from './request/attached-options.ts';
import { checkOptions } from './request/check-options.ts';
import type { Hyperparameters } from './request/hyperparameters.ts';
import { baseOfImage, jobNameFromBase } from './request/job-name.ts';
import type { InputMode, TrainingInputs } from './request/training-input.ts';
import { trainingRequest } from './request/training-request.ts';
import { usageError } from './request/usage-error.ts';
import type { Session, SessionOptions } from './session.ts';
import { TrainingJob, type WaitForJobOptions, type WaitOptions } from './training-job.ts';

/** How a job is started. */
export interface FitOptions extends WaitForJobOptions {
  /** Wait until the job has ended. By default true. */
  readonly wait?: boolean | undefined;
  /** By default made of the base name and the time. */
  readonly jobName?: string | undefined;
}

/** How an estimator is attached to a job. */
export interface AttachOptions {
  readonly session?: SessionOptions | undefined;
  /** `local` for a job of this machine. */
  readonly instanceType?: string | undefined;
}

/** What differs from one job of an estimator to the next: the seam for a tuner. */
export interface JobVariant {
  readonly jobName?: string | undefined;
  /** Wins over the estimator's own, name by name. */
  readonly hyperparameters?: Hyperparameters | undefined;
}

/** What a tuner needs of an estimator: requests for given hyperparameters, and jobs of them. */
export interface Tunable<Mode extends InputMode = InputMode> {
  trainingRequest(inputs?: TrainingInputs<Mode>, variant?: JobVariant): Promise<TrainingJobRequest>;
  start(request: TrainingJobRequest, options?: WaitOptions): Promise<TrainingJob>;
}

/**
 * Trains with an image: on this machine if the instance type is `local`, otherwise on SageMaker or at the configured
 * endpoint. Names and defaults are those of the SageMaker Python SDK 2.
 *
 * @example
 * ```ts
 * import { Estimator } from 'optml/estimator';
 *
 * const estimator = new Estimator({
 *   imageUri: 'optml',
 *   entryPoint: 'train.py',
 *   sourceDir: './src',
 *   instanceType: 'local',
 *   hyperparameters: { epochs: 3 },
 * });
 * await estimator.fit({ train: './data' });
 * console.log(await estimator.modelData());
 * ```
 */
export class Estimator<Mode extends InputMode = 'File'> implements Tunable<Mode> {
  readonly #options: AnyOptions;
  readonly #preset: Preset;
  readonly #session: Session;
  #platform: Promise<JobPlatform> | undefined;
  #hyperparameters: Hyperparameters;
  #jobs: readonly TrainingJob[] = [];

  /**
   * `preset` is for estimators of a framework.
   *
   * @throws OptmlError USAGE for options that do not go together, and unknown ones.
   */
  constructor(options: EstimatorOptions<Mode>, preset: Preset = ANY_IMAGE) {
    const given = options as AnyOptions;
    checkOptions(given);
    preset.check?.(given);
    if (given.imageUri === undefined && given.algorithmArn === undefined && preset.image === undefined) {
      throw usageError('imageUri is missing', 'imageUri', 'Pass the training image.');
    }
    this.#options = given;
    this.#preset = preset;
    this.#session = openSession(given.session);
    this.#hyperparameters = given.hyperparameters ?? {};
  }

  /**
   * Starts a training job, and waits until it has ended. It prints the job's output meanwhile.
   *
   * @throws OptmlError JOB_FAILED with the failure reason; REQUEST_INVALID for options that SageMaker would reject; errors of
   * uploads and credentials; the reason of `signal`, which ends the wait and not the job.
   */
  async fit(inputs?: TrainingInputs<Mode>, options: FitOptions = {}): Promise<TrainingJob> {
    const { wait = true, logs, jobName, signal } = options;
    const job = await this.start(await this.trainingRequest(inputs, { jobName }), { signal });
    if (wait) await job.wait({ logs, signal });
    return job;
  }

  /** The request of a job, before anything of it is sent: paths of this machine are still in it. */
  async trainingRequest(inputs?: TrainingInputs<Mode>, variant: JobVariant = {}): Promise<TrainingJobRequest> {
    const platform = await this.#open();
    const { region } = platform;
    const { baseJobName, imageUri, algorithmArn, role, outputPath } = this.#options;
    const image = imageUri ?? (algorithmArn === undefined ? this.#preset.image?.(this.#options, region) : undefined);
    const base = baseJobName ?? baseOfImage(image ?? algorithmArn ?? '');
    return trainingRequest(this.#options, inputs, {
      jobName: variant.jobName ?? jobNameFromBase(base, new Date()),
      image,
      preset: this.#preset,
      region,
      baseDir: this.#session.baseDir,
      isLocal: this.#isLocal(),
      defaultOutput: outputPath === undefined ? await platform.defaultOutput() : '',
      hyperparameters: { ...this.#hyperparameters, ...variant.hyperparameters },
      role,
    });
  }

  /** Creates the job of a request, such as one of {@link trainingRequest}, and does not wait for it. */
  async start(request: TrainingJobRequest, { signal }: WaitOptions = {}): Promise<TrainingJob> {
    signal?.throwIfAborted();
    const platform = await this.#open();
    const { name } = await platform.submit(request, { signal, warn: printMessage });
    return this.#add(name, platform);
  }

  /**
   * The estimator of a job that exists, with that job as its latest one: `fit` trains again in the same way. It does not wait
   * for the job.
   *
   * @throws OptmlError JOB_NOT_FOUND.
   */
  static async attach(jobName: string, options: AttachOptions = {}): Promise<Estimator> {
    const session = openSession(options.session);
    const { instanceType } = options;
    const isLocal = instanceType !== undefined && isLocalInstance(instanceType);
    const platform = await openPlatform(session, isLocal);
    const attached = attachedOptions(await platform.describe(jobName), {
      ...options,
      session: options.session,
      isLocal,
    });
    const estimator = new Estimator(attached as EstimatorOptions<'File'>);
    estimator.#platform = Promise.resolve(platform);
    estimator.#add(jobName, platform);
    return estimator;
  }

  /** The job that was started last. @throws OptmlError USAGE before the first one. */
  get latestTrainingJob(): TrainingJob {
    const job = this.#jobs.at(-1);
    if (job === undefined) {
      throw usageError('the estimator has started no job', 'latestTrainingJob', 'Call fit() or attach() first.');
    }
    return job;
  }

  /** All jobs of this estimator, in their order. */
  get jobs(): readonly TrainingJob[] {
    return this.#jobs;
  }

  /** The hyperparameters as they were given. */
  get hyperparameters(): Hyperparameters {
    return this.#hyperparameters;
  }

  /** Changes hyperparameters of later jobs: those that are not named stay. */
  setHyperparameters(hyperparameters: Hyperparameters): void {
    this.#hyperparameters = { ...this.#hyperparameters, ...hyperparameters };
  }

  /** Waits for the latest job. See {@link TrainingJob.wait}. */
  async wait(options: WaitForJobOptions = {}): Promise<void> {
    await this.latestTrainingJob.wait(options);
  }

  /** Asks for the latest job to be stopped. */
  async stop(): Promise<void> {
    await this.latestTrainingJob.stop();
  }

  /** Where the model of the latest job is, or will be. */
  async modelData(): Promise<string> {
    return this.latestTrainingJob.modelData();
  }

  /** Writes the files of the latest job's model into a folder. See {@link TrainingJob.downloadModel}. */
  async downloadModel(dir: string, options: WaitOptions = {}): Promise<string> {
    return this.latestTrainingJob.downloadModel(dir, options);
  }

  /** The values of the latest job's metrics so far. */
  async trainingJobAnalytics(options: WaitOptions = {}): Promise<readonly MetricRow[]> {
    return this.latestTrainingJob.metrics(options);
  }

  /** Closes connections. Jobs go on. */
  async close(): Promise<void> {
    const platform = this.#platform;
    this.#platform = undefined;
    (await platform)?.close();
  }

  #add(name: string, platform: JobPlatform): TrainingJob {
    const job = new TrainingJob(name, { platform, baseDir: this.#session.baseDir });
    this.#jobs = [...this.#jobs, job];
    return job;
  }

  #isLocal(): boolean {
    const { instanceType, instanceGroups } = this.#options;
    const types = instanceGroups?.map((group) => group.instanceType) ?? [instanceType ?? ''];
    return types.some(isLocalInstance);
  }

  #open(): Promise<JobPlatform> {
    this.#platform ??= openPlatform(this.#session, this.#isLocal()).catch((error: unknown) => {
      this.#platform = undefined;
      throw error;
    });
    return this.#platform;
  }
}

async function openPlatform(session: Session, isLocal: boolean): Promise<JobPlatform> {
  if (isLocal) return (await import('#estimator/local-jobs')).openLocalJobs(session);
  return (await import('#estimator/cloud-jobs')).openCloudJobs(session);
}
