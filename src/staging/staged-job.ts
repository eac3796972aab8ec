import type { JobImage } from '../engines/job-image.ts';
import type { Log } from '../log/log.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import type { PlannedHost } from './host-plan.ts';

/** A job whose hosts are prepared, and what its preparation uses. */
export interface StagedJob {
  readonly request: TrainingJobRequest;
  readonly image: JobImage;
  /** Variables that an image would set, on an engine that runs none. */
  readonly imageVariables?: Readonly<Record<string, string>>;
  /** The job's own folder. Absolute. */
  readonly dir: string;
  readonly hosts: readonly PlannedHost[];
  /** The user's environment: credentials, endpoints, `PATH`. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Whether hosts read of channels in FastFile mode that they are such. By default File, as on the platform (contract C11). */
  readonly isFastFileNamed?: boolean | undefined;
  /** Aborting it gives the preparation up. */
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Warnings only. */
  readonly log: Log;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
  /** Opened once, when it is first needed. The owner of the job closes it. */
  readonly openStorage: () => Promise<ObjectStorage>;
}

/** A log that passes warnings and errors to `warn`. */
export function warningLog(warn: (message: string) => void): Log {
  return { debug: () => undefined, info: () => undefined, warn, error: warn };
}
