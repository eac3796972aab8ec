import { dirname } from 'node:path';
import type { OptmlError } from '../errors/error.ts';
import { guardCallback } from '../jobs/guard-callback.ts';
import { thisOwner } from '../jobs/job-owner.ts';
import { type JobStore, openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { ownedBySudoUser } from '../staging/delivery/sudo-owner.ts';
import { planHosts } from '../staging/host-plan.ts';
import { asksForGpus } from '../staging/instance-types.ts';
import { algorithmProblems } from './algorithm-problems.ts';
import { cleanUpBeside } from './clean-up-killed.ts';
import { firstRecord } from './first-record.ts';
import { writeJobReport } from './job-report.ts';
import { prepareRequest } from './prepare-request.ts';
import { runClaimedJob } from './run-job.ts';
import { type RunJobOptions, type RunOptions, type RunTrainingJobOptions, withDefaults } from './run-options.ts';

export type { RunPreparedOptions, RunTrainingJobOptions } from './run-options.ts';
export { algorithmProblems, planHosts, prepareRequest };

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
 * job that failed or was stopped: the record says how. `baseDir` is absolute.
 *
 * @throws OptmlError USAGE, REQUEST_INVALID, SETTING_INVALID, JOB_NAME_IN_USE or DISK_WRITE_FAILED before anything has been started.
 */
export async function runTrainingJob(
  request: unknown,
  options: RunTrainingJobOptions & RunJobOptions & { readonly baseDir: string },
): Promise<TrainingJobResult> {
  const { where = 'request', baseDir, asPlatform: isAsPlatform = false } = options;
  const prepared = prepareRequest(request, { where, baseDir, isAsPlatform });
  const problems = await algorithmProblems(prepared);
  if (problems.length > 0) throw requestError(problems, where);
  return runPreparedJob(prepared, options);
}

/** As {@link runTrainingJob}, for a request that {@link prepareRequest} has checked. */
export function runPreparedJob(prepared: TrainingJobRequest, given: RunJobOptions): Promise<TrainingJobResult> {
  return runInStore(prepared, given, (store, { variables, isExactName: isExact = false, onName }) => {
    const makeRecord = (name: string) =>
      firstRecord({ ...prepared, TrainingJobName: name }, { variables, runner: thisOwner() });
    const claimed = store.claim(prepared.TrainingJobName, makeRecord, { isExact });
    if (onName !== undefined) void guardCallback(onName)(claimed.name, claimed.renamedFrom);
    return store.read(claimed.name);
  });
}

/**
 * As {@link runTrainingJob}, for a job whose name another process has claimed for this one: `record` is its record, with this
 * process as its runner.
 */
export function runRecordedJob(record: JobRecord, given: RunJobOptions): Promise<TrainingJobResult> {
  return runInStore(record.request, given, () => record);
}

/** Finds the record of a job that is to run now. */
type TakeJob = (store: JobStore, options: RunOptions) => JobRecord;

async function runInStore(
  request: TrainingJobRequest,
  given: RunJobOptions,
  takeJob: TakeJob,
): Promise<TrainingJobResult> {
  // Now: not when the job has run.
  const gpus = given.gpus ?? (asksForGpus(request) ? 'all' : undefined);
  const options = withDefaults({ ...given, gpus });
  const { variables, onEvent } = options;
  const warn = (message: string) => void onEvent({ type: 'warning', message });
  const store = openStore(variables);
  const onProgress = (what: string, doneBytes: number, totalBytes: number | undefined) =>
    void onEvent({ type: 'progress', what, doneBytes, totalBytes });
  return ownedBySudoUser(dirname(store.jobsDir), { variables, warn, onProgress, isOnlyInOwnFolders: true }, () =>
    runToReport(store, takeJob(store, options), options),
  );
}

async function runToReport(store: JobStore, taken: JobRecord, options: RunOptions): Promise<TrainingJobResult> {
  const { variables, onEvent } = options;
  const warn = (message: string) => void onEvent({ type: 'warning', message });
  const name = taken.TrainingJobName;
  const dir = store.folderOf(name);
  const running = runClaimedJob(store, taken, options);
  const cleaned = cleanUpBeside(running, store, { variables, warn });
  const { record, error } = await running;
  const onPhase = (what: string) =>
    void options.onEvent({ type: 'progress', what, doneBytes: 0, totalBytes: undefined });
  onPhase('Writing the report');
  const report = await writeJobReport(dir, record).catch((error: unknown) => {
    warn(`the report cannot be written: ${(error as Error).message}`);
    return undefined;
  });
  onPhase('Removing the leftovers of killed jobs');
  await cleaned;
  return { name, record, error, dir, report };
}
