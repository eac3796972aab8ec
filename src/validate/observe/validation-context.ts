import type { Engine, Watchdog } from '../../engines/engine.ts';
import type { JobImage } from '../../engines/job-image.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { HostWaits } from './host-waits.ts';

/** What all scenarios of a validation are played with. */
export interface ValidationContext {
  readonly engine: Engine;
  /** An image that is there, or on the engine `process` a project. */
  readonly image: JobImage;
  /** Words that are run instead of the image's own start: those of a command, or of the job's request. */
  readonly entrypoint?: readonly string[] | undefined;
  readonly arguments?: readonly string[] | undefined;
  /** The user's job, checked, its places absolute: what all scenarios build on. Undefined: a small one of our own. */
  readonly request: TrainingJobRequest | undefined;
  /** Hyperparameters by which, as the user says, the job fails. */
  readonly failing?: Readonly<Record<string, string>> | undefined;
  /** Hyperparameters by which, as the user says, the job takes long. */
  readonly long?: Readonly<Record<string, string>> | undefined;
  /** The user's environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Folder of the validation's own, absolute. */
  readonly workDir: string;
  /** Most time that a host may take, in seconds. */
  readonly timeoutSeconds: number;
  /** From SIGTERM to the kill, in seconds (contract C57). */
  readonly graceSeconds: number;
  readonly waits: HostWaits;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly watchdog: Watchdog;
  /** Called when the hosts of a job have ended. @throws OptmlError if the disk is full: the job says nothing about the image. */
  readonly checkDisk?: () => Promise<void>;
}
