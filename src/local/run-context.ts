import type { EngineOptions } from '../engines/engine-options.ts';
import { parseImage } from '../engines/job-image.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import type { OnJobEvent } from '../jobs/events.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { planHosts } from '../staging/host-plan.ts';
import { jobStorage } from '../staging/job-storage.ts';
import { type StagedJob, warningLog } from '../staging/staged-job.ts';
import { JobProgress } from './job-progress.ts';
import { JobStop } from './job-stop.ts';

/** How a job is run, where the request does not say. */
export interface RunOptions extends EngineOptions {
  /** The user's environment: credentials, endpoints, `PATH`, `OPTML_HOME`. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Guarded: it neither throws nor rejects. */
  readonly onEvent: OnJobEvent;
  /** What compresses archives: the user's setting `OPTML_COMPRESSION`. */
  readonly compression: string;
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
  /** A `train` that waits already, for the engine `process`. */
  readonly ahead: TrainAhead | undefined;
}

/** What the parts of a job that runs share. */
export interface RunContext extends StagedJob {
  readonly options: RunOptions;
  readonly store: JobStore;
  readonly progress: JobProgress;
  readonly stop: JobStop;
  /** Closes it, where it was opened. */
  readonly closeStorage: () => Promise<void>;
}

/** What the parts of a claimed job share. */
export function makeRunContext(store: JobStore, record: JobRecord, options: RunOptions): RunContext {
  const { variables, onEvent } = options;
  const warn = (message: string) => void onEvent({ type: 'warning', message });
  const log = warningLog(warn);
  const progress = new JobProgress(store, record, onEvent);
  const stop = new JobStop(
    (isDelivering) => (isDelivering ? progress.markStopping() : progress.move('Stopping')),
    warn,
  );
  const storage = jobStorage(variables, log);
  return {
    request: record.request,
    image: parseImage(record.request.AlgorithmSpecification?.TrainingImage ?? ''),
    options,
    store,
    dir: store.folderOf(record.TrainingJobName),
    hosts: planHosts(record.request),
    progress,
    variables,
    stop,
    signal: stop.preparation,
    warn,
    log,
    onProgress: (what, doneBytes, totalBytes) => void onEvent({ type: 'progress', what, doneBytes, totalBytes }),
    openStorage: storage.open,
    closeStorage: storage.close,
  };
}
