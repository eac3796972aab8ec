import { parseImage } from '../engines/job-image.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { planHosts } from '../staging/host-plan.ts';
import { jobStorage } from '../staging/job-storage.ts';
import { type StagedJob, warningLog } from '../staging/staged-job.ts';
import { JobProgress } from './job-progress.ts';
import { JobStop } from './job-stop.ts';
import type { RunOptions } from './run-options.ts';

/** What the parts of a job that runs share. */
export interface RunContext extends StagedJob {
  readonly options: RunOptions;
  readonly store: JobStore;
  readonly progress: JobProgress;
  readonly stop: JobStop;
  /** Closes it, where it was opened. */
  readonly closeStorage: () => Promise<void>;
  /** Notes in the record what a job has put in the place of a folder: its content is not delivered. */
  readonly onLeftOut: (sentence: string) => void;
  /** Names work that begins, and of which nothing is counted. */
  readonly onPhase: (what: string) => void;
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
  const onProgress = (what: string, doneBytes: number, totalBytes: number | undefined) =>
    void onEvent({ type: 'progress', what, doneBytes, totalBytes });
  const storage = jobStorage(variables, log, options.localBuckets);
  const onLeftOut = (sentence: string) =>
    progress.note({ notDelivered: [...new Set([...(progress.record.notDelivered ?? []), sentence])] });
  return {
    request: record.request,
    image: parseImage(record.image ?? record.request.AlgorithmSpecification?.TrainingImage ?? ''),
    options,
    store,
    dir: store.folderOf(record.TrainingJobName),
    hosts: planHosts(record.request),
    progress,
    variables,
    isFastFileNamed: options.isFastFileNamed,
    stop,
    signal: stop.preparation,
    warn,
    log,
    onProgress,
    onLeftOut,
    onPhase: (what) => onProgress(what, 0, undefined),
    openStorage: storage.open,
    closeStorage: storage.close,
  };
}

/**
 * Whether a source in S3 is left to the hosts: they have credentials, or must not have what comes from a network. Buckets of
 * this machine are read without one, also when no server is there that hosts could ask.
 */
export function isS3Left({ options, request }: Pick<RunContext, 'options' | 'request'>): boolean {
  if (request.EnableNetworkIsolation === true) return true;
  return options.passCredentials && options.localBuckets === undefined;
}
