import { afterMs } from '../../concurrency/long-timer.ts';
import { RUNTIME_SECONDS } from '../../contract/limits.ts';
import { parseLocation } from '../../contract/location.ts';
import type { EngineSession, HostSpec } from '../../engines/engine.ts';
import { OptmlError } from '../../errors/error.ts';
import type { PreparedChannels } from '../../staging/channels/prepare-channels.ts';
import { type CheckpointStore, checkpointStore } from '../../staging/checkpoint-store.ts';
import { restoreCheckpoints, syncCheckpoints } from '../../staging/checkpoint-sync.ts';
import { ownedBySudoUser } from '../../staging/delivery/sudo-owner.ts';
import { undeliveredDir } from '../../staging/delivery/undelivered.ts';
import type { HostOutputs } from '../../staging/host-outputs.ts';
import { prepareJobChannels } from '../../staging/job-channels.ts';
import { putCode } from '../../staging/job-code.ts';
import type { JobPlan } from '../../staging/job-plan.ts';
import { mlDirsOf, renewMlDirs } from '../../staging/ml-dirs.ts';
import { expectHosts, prepareHosts } from '../../staging/prepare-hosts.ts';
import { isS3Left, type RunContext } from '../run-context.ts';
import { type HostsEnd, type LateHosts, type RunningHosts, startHosts } from '../run-hosts.ts';
import { startWithRetries } from './start-with-retries.ts';

/** What the hosts are run with. */
export interface AttemptsRequest {
  readonly session: EngineSession;
  readonly plan: JobPlan;
  readonly outputs: HostOutputs;
}

/** How the hosts of a job ended, after the last of its attempts. */
export interface AttemptsEnd extends HostsEnd {
  /** Why the data of a channel could not be delivered; undefined where it could. */
  readonly channelError: unknown;
}

/**
 * Runs the hosts of a job, again after an interruption (contract C58) and after a failure of the engine (C59), each time
 * with nothing but the checkpoints.
 *
 * @throws OptmlError of the preparation; S3_FAILED or DISK_WRITE_FAILED if checkpoints of an attempt cannot be copied, which the
 * next attempt would remove; the reason of a stop that comes before the hosts run.
 */
export async function runAttempts(context: RunContext, request: AttemptsRequest): Promise<AttemptsEnd> {
  await renewMlDirs(context);
  const channels = await prepareJobChannels(context);
  try {
    const location = context.request.CheckpointConfig?.S3Uri ?? '';
    return await ownedBySudoUser(location, context, () => new Attempts(context, request, channels).run());
  } finally {
    await channels.close();
  }
}

/** What follows an attempt that was not the last. */
type Again = 'interrupted' | 'engine-failed';

class Attempts {
  readonly #context: RunContext;
  readonly #request: AttemptsRequest;
  readonly #channels: PreparedChannels;
  readonly #store: CheckpointStore | undefined;
  /** How often a failure of the engine is still made up for. */
  #retries: number;
  #channelError: unknown;
  /** Whether the hosts may have checkpoints that are not at their location. */
  #hasUncopied = false;

  constructor(context: RunContext, request: AttemptsRequest, channels: PreparedChannels) {
    this.#context = context;
    this.#request = request;
    this.#channels = channels;
    this.#store = checkpointStore(context);
    this.#retries = context.request.RetryStrategy?.MaximumRetryAttempts ?? 0;
  }

  async run(): Promise<AttemptsEnd> {
    const { stop, progress } = this.#context;
    for (let isFirst = true; ; isFirst = false) {
      const { end, again } = await this.#attempt(isFirst);
      if (isFirst && end.stoppedBy === undefined) this.#warnOfNoInterruption();
      if (again === undefined) return { ...end, channelError: this.#channelError };
      // The job was stopped once its hosts were gone.
      const isStopped = stop.cause !== undefined && stop.cause !== 'interrupt';
      if (isStopped) {
        stop.detach(true);
        this.#noteUndelivered();
        return { ...end, stoppedBy: stop.cause, channelError: this.#channelError };
      }
      if (this.#hasUncopied) {
        this.#noteUndelivered();
        throw checkpointsNotCopied(this.#context);
      }
      if (again === 'interrupted') progress.move('Interrupted');
      stop.bringBack();
      if (again === 'interrupted') progress.move('Starting');
      else this.#restart(end.firstFailure?.end.engineError ?? '');
      progress.move('Downloading');
      // After a kill the clean-up must not take the files that follow for trained ones.
      progress.note({ haveHostsBegun: false });
      progress.save();
      await renewMlDirs(this.#context);
      expectHosts(this.#context, this.#request.session, this.#request.plan);
    }
  }

  async #attempt(isFirst: boolean): Promise<{ readonly end: HostsEnd; readonly again: Again | undefined }> {
    const { warn, stop, options, progress, onPhase } = this.#context;
    const { session, plan, outputs } = this.#request;
    const workDir = this.#context.dir;
    const folders = mlDirsOf(this.#context).map((mlDir) => ({ mlDir, workDir }));
    const store = this.#store;
    const os = progress.record.engine === 'process' ? process.platform : 'linux';
    const say = (line: string) => void (isFirst && options.onEvent({ type: 'engine', line }));
    // Each of these may take long, also where nothing is counted: one large file.
    onPhase('Copying the source');
    await putCode(this.#context, { projectDir: plan.project?.codeDir, isS3Left: isS3Left(this.#context), os, say });
    if (store !== undefined) {
      onPhase('Copying the checkpoints');
      await restoreCheckpoints(this.#context, store, { signal: stop.preparation, warn });
    }
    const outputOf = (host: string) => outputs.of(host);
    onPhase('Preparing the hosts');
    const specs = await prepareHosts(this.#context, { session, plan, channels: this.#channels, outputOf });
    await this.#channels.start();
    stop.begin();
    this.#hasUncopied = store !== undefined;
    // Before the hosts run: what they write from their first moment on is new.
    const keeping = { warn, onLeftOut: this.#context.onLeftOut, signal: stop.outputs };
    const sync = store === undefined ? undefined : await syncCheckpoints(folders, store, keeping);
    try {
      const end = await this.#runHosts(specs, isFirst);
      const again = this.#again(end);
      stop.detach(again === undefined);
      // From here on a crash must not cost the artifacts.
      if (again === undefined) this.#noteUndelivered();
      outputs.endLines();
      onPhase('Closing the channels');
      await this.#channels.close();
      onPhase('Changing the owner of the files');
      for (const spec of specs) await session.takeOver(spec);
      return { end, again };
    } finally {
      if (sync !== undefined) onPhase('Copying the last checkpoints');
      if (await sync?.finish()) {
        this.#hasUncopied = false;
        progress.note({ hasUncopiedCheckpoints: false });
      }
    }
  }

  #noteUndelivered(): void {
    const { progress, dir } = this.#context;
    progress.note({ undelivered: undeliveredDir(dir), hasUncopiedCheckpoints: this.#hasUncopied });
    progress.save();
  }

  async #runHosts(specs: readonly HostSpec[], isFirst: boolean): Promise<HostsEnd> {
    const { progress } = this.#context;
    // A program may save its work before all hosts have started: a kill in between must not lose it.
    progress.note({ haveHostsBegun: true });
    progress.save();
    const running = await this.#start(specs);
    progress.move('Training');
    this.#context.stop.attach(running);
    const endTimers = this.#startTimers(isFirst);
    void this.#channels.failed.then((error) => {
      this.#channelError ??= error;
      running.stop('other-host');
    });
    const end = await running.ended;
    endTimers();
    return end;
  }

  // Failures of the engine, not of the program, are tried again (contract C59).
  #start(specs: readonly HostSpec[]): Promise<RunningHosts> {
    const { options, warn } = this.#context;
    const stopping = { graceSeconds: options.stopGraceSeconds, onLate: (late: LateHosts) => warn(describeLate(late)) };
    return startWithRetries(
      () => startHosts(this.#request.session, specs, stopping),
      this.#retries,
      (error) => this.#restart(error.message),
    );
  }

  #restart(why: string): void {
    this.#retries -= 1;
    this.#context.progress.move('Restarting', `Restarting the training job: ${why}`);
  }

  #again({ stoppedBy, firstFailure }: HostsEnd): Again | undefined {
    if (stoppedBy === 'interrupt') return 'interrupted';
    const isOfEngine = firstFailure?.end.engineError !== undefined && this.#channelError === undefined;
    const isAsked = stoppedBy !== undefined && stoppedBy !== 'other-host';
    return isOfEngine && !isAsked && this.#retries > 0 ? 'engine-failed' : undefined;
  }

  #startTimers(isFirst: boolean): () => void {
    const { options, request, progress, stop } = this.#context;
    const { MaxRuntimeInSeconds: seconds = RUNTIME_SECONDS.default } = request.StoppingCondition ?? {};
    // It counts over all attempts (contract C58).
    const started = progress.record.SecondaryStatusTransitions.find(({ Status }) => Status === 'Training');
    const used = started === undefined ? 0 : Date.now() / 1000 - started.StartTime;
    const ends = [afterMs((seconds - used) * 1000, () => stop.ask('max-runtime'))];
    if (isFirst && options.interruptAfterSeconds !== undefined) {
      ends.push(afterMs(options.interruptAfterSeconds * 1000, () => stop.ask('interrupt')));
    }
    return () => {
      for (const end of ends) end();
    };
  }

  #warnOfNoInterruption(): void {
    const { options, warn } = this.#context;
    const { interruptAfterSeconds: seconds } = options;
    if (seconds !== undefined) warn(`The hosts ended within ${seconds} s: there was nothing to interrupt`);
  }
}

function checkpointsNotCopied({ request }: RunContext): OptmlError {
  const uri = request.CheckpointConfig?.S3Uri ?? '';
  return new OptmlError(
    's3' in parseLocation(uri) ? 'S3_FAILED' : 'DISK_WRITE_FAILED',
    `checkpoints could not be copied to ${uri}, and the job was not started again without them`,
    {
      where: 'CheckpointConfig.S3Uri',
      fix: `Make the location available. Then copy the checkpoints with: optml deliver ${request.TrainingJobName}`,
    },
  );
}

function describeLate({ failed, waitingFor, secondsToKill }: LateHosts): string {
  const names = waitingFor.join(', ');
  return `${failed ?? 'A channel'} failed. Waiting for ${names}: still running after SIGTERM, killed in ${secondsToKill} s. Pass --stop-grace SECONDS for another time`;
}
