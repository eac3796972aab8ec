import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { within } from '../clock.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { readCompression, settingsFromVariables } from '../contract/settings.ts';
import type { EngineOptions } from '../engines/engine-options.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import type { OptmlError } from '../errors/error.ts';
import type { OnJobEvent } from '../jobs/events.ts';
import { guardCallback } from '../jobs/guard-callback.ts';
import { thisOwner } from '../jobs/job-owner.ts';
import { type JobStore, openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { REPORT_FILE } from '../report/report-file.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { planHosts } from '../staging/host-plan.ts';
import { jobRegion } from '../staging/host-variables.ts';
import { removeLeftovers } from './job-leftovers.ts';
import { prepareRequest } from './prepare-request.ts';
import { runClaimedJob, STOP_GRACE_SECONDS } from './run-job.ts';

export { planHosts, prepareRequest };

/** How to run a training job whose request has been checked. */
export interface RunPreparedOptions extends EngineOptions {
  /** The environment: credentials, endpoints, `PATH`, `OPTML_HOME`. By default `process.env`. */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  /** Receives what happens, as it happens. If it fails, the job goes on, and the process gets one warning. */
  readonly onEvent?: OnJobEvent;
  /** Told the job's name once it is taken, and the one that was asked for where an ended job has it. */
  readonly onName?: (name: string, renamedFrom: string | undefined) => void;
  /** Aborting it asks the job to stop, as StopTrainingJob does. */
  readonly stop?: AbortSignal;
  /** Aborting it ends the job at once. */
  readonly kill?: AbortSignal;
  /** From the stop to the kill, in seconds. By default 120 (contract C57). */
  readonly stopGraceSeconds?: number;
  /** Give the hosts the AWS credentials of `variables`, else those that the SDK's standard chain finds. By default not. */
  readonly passCredentials?: boolean;
  /** Takes the job away after so many seconds, as a spot interruption would, and brings it back with its checkpoints. */
  readonly interruptAfterSeconds?: number;
}

/** Options for callers within optml. */
export interface RunAheadOptions extends RunPreparedOptions {
  /** Refuse the name of any job that exists. By default the name of an ended job gets a suffix. */
  readonly isExactName?: boolean;
  /** A `train` that waits already, for the engine `process`. */
  readonly ahead?: TrainAhead | undefined;
}

/** How to run a training job. */
export interface RunTrainingJobOptions extends RunPreparedOptions {
  /** Relative places in the request count from here. By default the working directory. */
  readonly baseDir?: string;
  /** What messages call the request. By default `request`. */
  readonly where?: string;
  /** Refuse what only this machine takes: local places, the instance type `local`. By default not. */
  readonly asPlatform?: boolean;
}

/** How a training job ended. */
export interface TrainingJobResult {
  readonly name: string;
  /** The job's record, as DescribeTrainingJob would show it, and more. */
  readonly record: JobRecord;
  /** Why the job could not be run, or its outputs not be kept; undefined where the program itself failed, or all went well. */
  readonly error: OptmlError | undefined;
  /** The job's folder: logs, metrics, report. Absolute. */
  readonly dir: string;
  /** `report.html`; undefined where it could not be written. */
  readonly report: string | undefined;
}

/**
 * Runs a training job on this machine as SageMaker would (contract sections 1 to 9): `request` is a CreateTrainingJob
 * request, in whose members places on this machine are taken wherever S3 is. Resolves when the job has ended, also for a
 * job that failed or was stopped: the record says how.
 *
 * @throws OptmlError REQUEST_INVALID, SETTING_INVALID, JOB_NAME_IN_USE or DISK_WRITE_FAILED before anything has been started.
 */
export async function runTrainingJob(
  request: unknown,
  options: RunTrainingJobOptions = {},
): Promise<TrainingJobResult> {
  const { where = 'request', baseDir = '.', asPlatform: isAsPlatform = false } = options;
  return runPreparedJob(prepareRequest(request, { where, baseDir: resolve(baseDir), isAsPlatform }), options);
}

/** As {@link runTrainingJob}, for a request that {@link prepareRequest} has checked. */
export async function runPreparedJob(
  prepared: TrainingJobRequest,
  options: RunAheadOptions = {},
): Promise<TrainingJobResult> {
  const { variables = process.env } = options;
  const onEvent = guardCallback(options.onEvent ?? (() => undefined));
  const warn = (message: string) => void onEvent({ type: 'warning', message });
  // Now: not when the job has run.
  const compression = readCompression(settingsFromVariables(variables), EXIT_CODES.usage);
  const store = openStore(variables);
  const makeRecord = (name: string) => firstRecord({ ...prepared, TrainingJobName: name }, variables);
  const { isExactName: isExact = false } = options;
  const claimed = store.claim(prepared.TrainingJobName, makeRecord, { isExact });
  if (options.onName !== undefined) void guardCallback(options.onName)(claimed.name, claimed.renamedFrom);
  const never = new AbortController().signal;
  const running = runClaimedJob(store, store.read(claimed.name), {
    ...options,
    variables,
    onEvent,
    compression,
    stop: options.stop ?? never,
    kill: options.kill ?? never,
    stopGraceSeconds: options.stopGraceSeconds ?? STOP_GRACE_SECONDS,
    passCredentials: options.passCredentials ?? false,
    interruptAfterSeconds: options.interruptAfterSeconds,
    ahead: options.ahead,
  });
  // Beside the job, once that has started: it need not wait for what another has left.
  const started = within(
    running.catch(() => undefined),
    CLEAN_UP_AFTER_MS,
  );
  const cleaned = started.then(() => cleanUpAfterKilled(store, variables, warn));
  const { record, error } = await running;
  const report = await reportOn(claimed.dir, record).catch((error: unknown) => {
    warn(`the report cannot be written: ${(error as Error).message}`);
    return undefined;
  });
  await cleaned;
  return { name: claimed.name, record, error, dir: claimed.dir, report };
}

const CLEAN_UP_AFTER_MS = 1000;

// Loaded when there is something to tell: a job starts sooner without it.
async function reportOn(dir: string, record: JobRecord): Promise<string> {
  const { writeReport } = await import('#report/write-report');
  return writeReport(dir, record);
}

// They get their report too.
async function cleanUpAfterKilled(
  store: JobStore,
  variables: Readonly<NodeJS.ProcessEnv>,
  warn: (message: string) => void,
): Promise<void> {
  const failures = await store.reconcile(async (record, dir) => {
    await removeLeftovers(record, dir, { home: store.jobsDir, variables });
    if (!existsSync(join(dir, REPORT_FILE))) await reportOn(dir, record);
  });
  if (failures.length === 0) return;
  const shown = failures.slice(0, MOST_SHOWN).map(({ dir, error }) => `${dir} (${error.message})`);
  const more = failures.length - shown.length;
  warn(
    `The leftovers of killed jobs could not be removed; the next job tries again: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  );
}

const MOST_SHOWN = 5;

function firstRecord(request: TrainingJobRequest, variables: Readonly<NodeJS.ProcessEnv>): JobRecord {
  const now = Date.now() / 1000;
  return {
    TrainingJobName: request.TrainingJobName,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Starting',
    SecondaryStatusTransitions: [],
    CreationTime: now,
    LastModifiedTime: now,
    request,
    region: jobRegion(request, variables),
    engine: '',
    hosts: planHosts(request).map(({ name }) => name),
    runner: thisOwner(),
    outputs: [],
    // Its folder, whichever engine will be found.
    leftovers: ['process'],
  };
}
