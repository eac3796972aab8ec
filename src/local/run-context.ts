import type { EngineOptions } from '../engines/engine-options.ts';
import { type JobImage, parseImage } from '../engines/job-image.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import type { OnJobEvent } from '../jobs/events.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { Log } from '../log/log.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { type PlannedHost, planHosts } from '../staging/host-plan.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
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
export interface RunContext {
  readonly request: TrainingJobRequest;
  readonly image: JobImage;
  readonly options: RunOptions;
  readonly store: JobStore;
  /** The job's folder. Absolute. */
  readonly dir: string;
  readonly hosts: readonly PlannedHost[];
  readonly progress: JobProgress;
  readonly stop: JobStop;
  readonly warn: (message: string) => void;
  /** Warnings only. */
  readonly log: Log;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
  /** Opened once, when it is first needed. */
  readonly openStorage: () => Promise<ObjectStorage>;
  /** Closes it, where it was opened. */
  readonly closeStorage: () => Promise<void>;
}

/** What the parts of a claimed job share. */
export function makeRunContext(store: JobStore, record: JobRecord, options: RunOptions): RunContext {
  const { variables, onEvent } = options;
  const warn = (message: string) => void onEvent({ type: 'warning', message });
  const log: Log = { debug: () => undefined, info: () => undefined, warn, error: warn };
  const progress = new JobProgress(store, record, onEvent);
  let storage: Promise<ObjectStorage> | undefined;
  return {
    request: record.request,
    image: parseImage(record.request.AlgorithmSpecification?.TrainingImage ?? ''),
    options,
    store,
    dir: store.folderOf(record.TrainingJobName),
    hosts: planHosts(record.request),
    progress,
    stop: new JobStop((isDelivering) => (isDelivering ? progress.markStopping() : progress.move('Stopping')), warn),
    warn,
    log,
    onProgress: (what, doneBytes, totalBytes) => void onEvent({ type: 'progress', what, doneBytes, totalBytes }),
    openStorage: () => {
      storage ??= import('#storage/s3').then(({ openS3 }) => openS3(variables, log));
      return storage;
    },
    closeStorage: async () => (await storage?.catch(() => undefined))?.close(),
  };
}
