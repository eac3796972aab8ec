import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseLocation } from '../contract/location.ts';
import { OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import { DEFAULT_RUNTIME_SECONDS } from '../request/defaults.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { type PreparedChannels, prepareChannels } from './channels/prepare-channels.ts';
import { type CheckpointPlace, folderPlace, s3Place } from './checkpoint-place.ts';
import { restoreCheckpoints, syncCheckpoints } from './checkpoints.ts';
import type { Engine, EngineSession, HostSpec, Watchdog } from './engine.ts';
import { makeWatchdog } from './engines/watchdog.ts';
import type { OnJobEvent } from './events.ts';
import { failureReason, readFailureText } from './failure-reason.ts';
import { HostOutputs } from './host-outputs.ts';
import { type PlannedHost, planHosts } from './host-plan.ts';
import { makeHostSpecs } from './host-specs.ts';
import { hostVariables } from './host-variables.ts';
import { putCode } from './job-code.ts';
import { chooseEngine, type EngineOptions } from './job-engine.ts';
import { errorReason, jobError } from './job-error.ts';
import { removeWork } from './job-leftovers.ts';
import { JobProgress } from './job-progress.ts';
import type { JobStore } from './job-store.ts';
import { afterMs } from './long-timer.ts';
import { collectOutputs } from './outputs.ts';
import { type Project, readProject } from './project.ts';
import type { JobRecord } from './record.ts';
import { type HostsEnd, type RunningHosts, type StopCause, startHosts } from './run-hosts.ts';
import { isAlive, thisRunner } from './runner-process.ts';
import { startWithRetries } from './start-with-retries.ts';
import type { SecondaryStatus } from './status.ts';
import { watchStop } from './watch-stop.ts';

/** How a job is run, where the request does not say. */
export interface RunOptions extends EngineOptions {
  /** The user's environment: credentials, endpoints, `PATH`, `OPTML_HOME`. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly onEvent: OnJobEvent;
  /** Aborting it asks the job to stop, as the platform would. */
  readonly stop: AbortSignal;
  /** Aborting it ends the job at once. */
  readonly kill: AbortSignal;
  /** From the stop to the kill, in seconds (contract C57). */
  readonly stopGraceSeconds: number;
  /** Whether the hosts get the user's AWS credentials. */
  readonly passCredentials: boolean;
  /** Takes the job away so many seconds after its start, once, and brings it back with its checkpoints. */
  readonly interruptAfterSeconds: number | undefined;
}

/** The platform's own grace period (contract C57). */
export const STOP_GRACE_SECONDS = 120;

/** How a claimed job ended. */
export interface JobEnd {
  readonly record: JobRecord;
  /** What kept the job from running, or its outputs from being kept; undefined where the program itself failed. */
  readonly error: OptmlError | undefined;
}

/**
 * Runs a claimed job to its end and writes its record down at every step. Never throws for a job that fails: the record
 * says why.
 */
export async function runClaimedJob(store: JobStore, record: JobRecord, options: RunOptions): Promise<JobEnd> {
  const job = new LocalJob(store, record, options);
  return job.run();
}

/** Before the hosts run there is nothing to wait for; after them the artifacts are collected. */
type Phase = 'before' | 'running' | 'after';

class LocalJob {
  readonly #request: TrainingJobRequest;
  readonly #options: RunOptions;
  readonly #progress: JobProgress;
  readonly #dir: string;
  readonly #store: JobStore;
  readonly #hosts: readonly PlannedHost[];
  readonly #mlDirs: readonly string[];
  readonly #log: Log;
  /** Ends the preparation. */
  readonly #giveUp = new AbortController();
  /** Ends the collecting of artifacts. */
  readonly #giveUpOutputs = new AbortController();
  #phase: Phase = 'before';
  #outputs: HostOutputs | undefined;
  #storage: Promise<ObjectStorage> | undefined;
  #running: RunningHosts | undefined;
  #stopCause: StopCause | undefined;
  #channelError: unknown;
  #error: OptmlError | undefined;

  constructor(store: JobStore, record: JobRecord, options: RunOptions) {
    this.#store = store;
    this.#request = record.request;
    this.#options = options;
    this.#progress = new JobProgress(store, record, options.onEvent);
    this.#dir = store.folderOf(record.TrainingJobName);
    this.#hosts = planHosts(record.request);
    this.#mlDirs = this.#hosts.map(({ name }) => this.#mlDir(name));
    const warn = this.#warn;
    this.#log = { debug: () => undefined, info: () => undefined, warn, error: warn };
  }

  async run(): Promise<JobEnd> {
    const watchdog = makeWatchdog();
    const ends = this.#listen();
    let session: EngineSession | undefined;
    try {
      this.#progress.move('Starting');
      this.#warnOfCredentials();
      const engine = await this.#chooseEngine();
      this.#progress.note({ engine: engine.name, leftovers: [engine.name] });
      this.#progress.move('Downloading');
      session = await this.#open(engine, watchdog);
      const plan = this.#planRun(engine);
      this.#expectHosts(session, plan);
      const end = await this.#train(session, plan);
      await this.#conclude(end);
    } catch (error) {
      await this.#fail(error);
    } finally {
      ends();
      await this.#cleanUp(session, watchdog);
    }
    return { record: this.#progress.record, error: this.#error };
  }

  readonly #warn = (message: string): void => {
    void this.#options.onEvent({ type: 'warning', message });
  };

  /** Takes what asks the job to stop. Returns what ends that. */
  #listen(): () => void {
    const { stop, kill } = this.#options;
    const onStop = () => this.#stop('stop');
    const onKill = () => {
      this.#stop('stop');
      this.#running?.kill();
      if (this.#phase === 'after') this.#giveUpOutputs.abort(new OptmlError('STOPPED', 'the job was ended at once'));
    };
    stop.addEventListener('abort', onStop);
    kill.addEventListener('abort', onKill);
    const endWatch = watchStop(this.#dir, onStop);
    if (stop.aborted) onStop();
    if (kill.aborted) onKill();
    return () => {
      endWatch();
      stop.removeEventListener('abort', onStop);
      kill.removeEventListener('abort', onKill);
    };
  }

  #stop(cause: StopCause): void {
    if (this.#stopCause !== undefined && this.#stopCause !== 'interrupt') return;
    if (this.#phase === 'after') {
      this.#warn('Training has ended, the artifacts are being collected');
      return;
    }
    this.#stopCause = cause;
    if (this.#phase === 'before') this.#giveUp.abort(new OptmlError('STOPPED', 'the job was stopped'));
    else if (cause !== 'interrupt') this.#progress.move('Stopping');
    this.#running?.stop(cause);
  }

  #warnOfCredentials(): void {
    const { passCredentials, variables } = this.#options;
    if (!passCredentials) return;
    if (this.#request.EnableNetworkIsolation === true) {
      this.#warn('The hosts get no credentials: EnableNetworkIsolation forbids them (C7)');
    } else if (!variables['AWS_ACCESS_KEY_ID'] || !variables['AWS_SECRET_ACCESS_KEY']) {
      this.#warn('There are no credentials to pass on: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
    }
  }

  #chooseEngine(): Promise<Engine> {
    const { variables } = this.#options;
    const home = this.#store.jobsDir;
    const surroundings = { variables, home, runner: thisRunner(), isRunning: isAlive, warn: this.#warn };
    return chooseEngine(this.#options, surroundings);
  }

  async #open(engine: Engine, watchdog: Watchdog): Promise<EngineSession> {
    const { AlgorithmSpecification: algorithm, EnableNetworkIsolation: isIsolated = false } = this.#request;
    const workDir = join(this.#dir, 'engine');
    mkdirSync(workDir, { recursive: true });
    const job = {
      name: this.#request.TrainingJobName,
      image: algorithm?.TrainingImage ?? '',
      entrypoint: algorithm?.ContainerEntrypoint,
      arguments: algorithm?.ContainerArguments,
      hosts: this.#hosts.map(({ name }) => name),
      isIsolated,
      workDir,
    };
    const say = (line: string) => void this.#options.onEvent({ type: 'engine', line });
    return engine.open(job, { signal: this.#giveUp.signal, warn: this.#warn, say, watchdog });
  }

  /** What does not change from attempt to attempt. */
  #planRun(engine: Engine): RunPlan {
    const isProcess = engine.name === 'process';
    const image = this.#request.AlgorithmSpecification?.TrainingImage ?? '';
    const project = isProcess && image.startsWith('file://') ? readProject(image) : undefined;
    // Hosts of `process` have no network of their own.
    const networkInterface = isProcess ? 'lo' : 'eth0';
    const environment = hostVariables({
      request: this.#request,
      variables: this.#options.variables,
      networkInterface,
      projectVariables: project?.variables ?? {},
      passCredentials: this.#options.passCredentials,
    });
    return { project, networkInterface, environment };
  }

  /** Runs the hosts, again after an interruption. */
  async #train(session: EngineSession, plan: RunPlan): Promise<HostsEnd> {
    for (const dir of this.#mlDirs) mkdirSync(dir, { recursive: true });
    const channels = await this.#prepareChannels();
    this.#outputs = await HostOutputs.open(this.#dir, this.#request, this.#options.onEvent);
    const place = this.#checkpointPlace();
    try {
      for (let isFirst = true; ; isFirst = false) {
        const end = await this.#attempt(session, { ...plan, isFirst, channels, place });
        if (isFirst && end.stoppedBy === undefined) this.#warnOfNoInterruption();
        if (end.stoppedBy !== 'interrupt') return end;
        // The job was stopped once its hosts were gone.
        if (this.#stopCause !== 'interrupt') return { ...end, stoppedBy: this.#stopCause };
        this.#progress.move('Interrupted');
        this.#phase = 'before';
        this.#stopCause = undefined;
        this.#progress.move('Starting');
        this.#progress.move('Downloading');
        for (const dir of this.#mlDirs) emptyHost(dir);
        this.#expectHosts(session, plan);
      }
    } finally {
      await channels.close();
    }
  }

  #expectHosts(session: EngineSession, { environment }: RunPlan): void {
    for (const { name } of this.#hosts) session.expect?.({ name, mlDir: this.#mlDir(name), environment });
  }

  async #attempt(session: EngineSession, attempt: Attempt): Promise<HostsEnd> {
    const { isFirst, environment, networkInterface, project, channels, place } = attempt;
    const checkpointDirs = this.#mlDirs.map((dir) => join(dir, 'checkpoints'));
    await this.#putCode(project);
    if (place !== undefined) await restoreCheckpoints(checkpointDirs, place, this.#giveUp.signal);
    const specs = makeHostSpecs({
      request: this.#request,
      hosts: this.#hosts,
      mlDirOf: (host) => this.#mlDir(host),
      channels,
      environment,
      networkInterface,
      outputOf: (host) => this.#outputs?.of(host) ?? (() => undefined),
    });
    await channels.start();
    this.#giveUp.signal.throwIfAborted();
    this.#phase = 'running';
    // Before the hosts run: what they write from their first moment on is new.
    const sync = place === undefined ? undefined : syncCheckpoints(checkpointDirs, place, this.#warn);
    try {
      const end = await this.#runHosts(session, specs, channels, isFirst);
      this.#outputs?.endLines();
      await channels.close();
      for (const spec of specs) await session.takeOver(spec);
      return end;
    } finally {
      await sync?.finish();
    }
  }

  async #runHosts(
    session: EngineSession,
    specs: readonly HostSpec[],
    channels: PreparedChannels,
    isFirst: boolean,
  ): Promise<HostsEnd> {
    const running = await this.#start(session, specs);
    this.#running = running;
    this.#progress.move('Training');
    // It was asked for while the hosts were being started.
    if (this.#stopCause !== undefined) {
      this.#progress.move('Stopping');
      running.stop(this.#stopCause);
      if (this.#options.kill.aborted) running.kill();
    }
    const endTimers = this.#startTimers(isFirst);
    void channels.failed.then((error) => {
      this.#channelError ??= error;
      running.stop('other-host');
    });
    const end = await running.ended;
    endTimers();
    this.#running = undefined;
    if (end.stoppedBy !== 'interrupt') this.#phase = 'after';
    return end;
  }

  #warnOfNoInterruption(): void {
    const { interruptAfterSeconds: seconds } = this.#options;
    if (seconds !== undefined) this.#warn(`The hosts ended within ${seconds} s: there was nothing to interrupt`);
  }

  // Failures of the engine, not of the program, are tried again (contract C59).
  #start(session: EngineSession, specs: readonly HostSpec[]): Promise<RunningHosts> {
    return startWithRetries(
      () => startHosts(session, specs, this.#options.stopGraceSeconds),
      this.#request.RetryStrategy?.MaximumRetryAttempts ?? 0,
      (error) => this.#progress.move('Restarting', `Restarting the training job: ${error.message}`),
    );
  }

  #startTimers(isFirst: boolean): () => void {
    const { interruptAfterSeconds } = this.#options;
    const { MaxRuntimeInSeconds: seconds = DEFAULT_RUNTIME_SECONDS } = this.#request.StoppingCondition ?? {};
    // It counts over all attempts (contract C58).
    const started = this.#progress.record.SecondaryStatusTransitions.find(({ Status }) => Status === 'Training');
    const used = started === undefined ? 0 : Date.now() / 1000 - started.StartTime;
    const ends = [afterMs((seconds - used) * 1000, () => this.#stop('max-runtime'))];
    if (isFirst && interruptAfterSeconds !== undefined) {
      ends.push(afterMs(interruptAfterSeconds * 1000, () => this.#stop('interrupt')));
    }
    return () => {
      for (const end of ends) end();
    };
  }

  #prepareChannels(): Promise<PreparedChannels> {
    return prepareChannels(this.#request, this.#hosts, {
      workDir: join(this.#dir, 'channels'),
      hostDirs: new Map(this.#hosts.map(({ name }) => [name, this.#mlDir(name)])),
      openStorage: this.#openStorage,
      warn: this.#warn,
      signal: this.#giveUp.signal,
      onProgress: ({ what, doneBytes, totalBytes }) => this.#onProgress(what, doneBytes, totalBytes),
    });
  }

  #putCode(project: Project | undefined): Promise<void> {
    return putCode({
      request: this.#request,
      projectDir: project?.codeDir,
      mlDirs: this.#mlDirs,
      isS3Left: this.#options.passCredentials || this.#request.EnableNetworkIsolation === true,
      variables: this.#options.variables,
      log: this.#log,
      signal: this.#giveUp.signal,
    });
  }

  readonly #onProgress = (what: string, doneBytes: number, totalBytes: number | undefined): void => {
    void this.#options.onEvent({ type: 'progress', what, doneBytes, totalBytes });
  };

  #checkpointPlace(): CheckpointPlace | undefined {
    const uri = this.#request.CheckpointConfig?.S3Uri;
    if (uri === undefined) return undefined;
    const parsed = parseLocation(uri);
    return 's3' in parsed ? s3Place(parsed.s3, this.#openStorage) : folderPlace(uri);
  }

  /** Logs and metrics are whole before anybody can see that the job has ended. Artifacts are kept after a failure too. */
  async #conclude(end: HostsEnd): Promise<void> {
    await this.#closeOutputs();
    const ownReason = this.#reasonOf(end);
    this.#progress.move('Uploading');
    const trouble = await this.#collect();
    const reason = ownReason ?? (trouble && errorReason(trouble));
    if (reason !== undefined) this.#progress.note({ FailureReason: reason });
    this.#progress.move(finalStatus(end, reason !== undefined, this.#giveUpOutputs.signal.aborted));
  }

  #reasonOf({ firstFailure }: HostsEnd): string | undefined {
    if (this.#channelError !== undefined) {
      this.#error = jobError(this.#channelError);
      return errorReason(this.#error);
    }
    if (firstFailure === undefined) return undefined;
    return failureReason(firstFailure.end, readFailureText(this.#mlDir(firstFailure.host)));
  }

  /** Collects the artifacts. Returns what kept them from it. */
  async #collect(): Promise<OptmlError | undefined> {
    const { OutputDataConfig: output, TrainingJobName: jobName } = this.#request;
    try {
      const { model, others } = await collectOutputs({
        jobName,
        place: output.S3OutputPath,
        compression: output.CompressionType ?? 'GZIP',
        mlDirs: this.#mlDirs,
        workDir: this.#dir,
        variables: this.#options.variables,
        openStorage: this.#openStorage,
        signal: this.#giveUpOutputs.signal,
        warn: this.#warn,
        onProgress: this.#onProgress,
      });
      const found = model === undefined ? {} : { ModelArtifacts: { S3ModelArtifacts: model } };
      this.#progress.note({ outputs: others, ...found });
      return undefined;
    } catch (error) {
      if (this.#giveUpOutputs.signal.aborted) {
        this.#warn('The artifacts are not collected: the job was ended at once');
        return undefined;
      }
      this.#error ??= jobError(error);
      return this.#error;
    }
  }

  async #closeOutputs(): Promise<void> {
    const outputs = this.#outputs;
    this.#outputs = undefined;
    const metrics = (await outputs?.close()) ?? [];
    if (metrics.length > 0) this.#progress.note({ FinalMetricDataList: metrics });
  }

  async #fail(error: unknown): Promise<void> {
    await this.#closeOutputs();
    if (this.#stopCause === 'stop' && this.#giveUp.signal.aborted) {
      this.#progress.move('Stopping');
      this.#progress.move('Stopped');
      return;
    }
    this.#error = jobError(error);
    this.#progress.note({ FailureReason: errorReason(this.#error) });
    this.#progress.move('Failed');
  }

  async #cleanUp(session: EngineSession | undefined, watchdog: Watchdog): Promise<void> {
    await session?.close();
    await (await this.#storage?.catch(() => undefined))?.close();
    try {
      await removeWork(this.#dir);
      this.#progress.note({ leftovers: [] });
      this.#progress.save();
    } catch (error) {
      this.#warn(`Files of the job are left in ${this.#dir}: ${(error as Error).message}`);
    }
    await watchdog.close();
  }

  readonly #openStorage = (): Promise<ObjectStorage> => {
    this.#storage ??= import('#storage/s3').then(({ openS3 }) => openS3(this.#options.variables, this.#log));
    return this.#storage;
  };

  #mlDir(host: string): string {
    return join(this.#dir, 'hosts', host, 'ml');
  }
}

interface RunPlan {
  /** A project folder that is run as it is. */
  readonly project: Project | undefined;
  readonly networkInterface: string;
  /** Variables of all hosts. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Attempt extends RunPlan {
  readonly isFirst: boolean;
  readonly channels: PreparedChannels;
  readonly place: CheckpointPlace | undefined;
}

// A new instance: nothing but the checkpoints comes back to it. What lies in `input` is brought there once.
function emptyHost(mlDir: string): void {
  for (const name of readdirSync(mlDir)) {
    if (name !== 'input') rmSync(join(mlDir, name), { recursive: true, force: true });
  }
}

function finalStatus({ stoppedBy }: HostsEnd, hasFailed: boolean, isGivenUp: boolean): SecondaryStatus {
  if (hasFailed) return 'Failed';
  if (stoppedBy === 'max-runtime') return 'MaxRuntimeExceeded';
  return stoppedBy === 'stop' || isGivenUp ? 'Stopped' : 'Completed';
}
