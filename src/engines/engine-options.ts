import type { JobOwner } from '../jobs/record.ts';
import type { EngineName } from './engine-names.ts';
import type { TrainAhead } from './train-ahead.ts';

/** When an image is pulled from its registry. */
export const PULL_POLICIES = ['never', 'missing', 'always'] as const;

/** When an image is pulled from its registry. */
export type PullPolicy = (typeof PULL_POLICIES)[number];

/** How hosts are run, where the request does not say. */
export interface EngineOptions {
  /** Which engine; by default the first that answers, else `process`. */
  readonly engine?: EngineName | undefined;
  /** When an image is pulled. By default when it is missing. */
  readonly pull?: PullPolicy | undefined;
  /** GPUs to pass through: `all`, a count, or `device=0,1`. */
  readonly gpus?: string | undefined;
  /** Size of shared memory, such as `2g`. */
  readonly shmSize?: string | undefined;
  /** Most memory that each host may use, such as `8g`. */
  readonly memory?: string | undefined;
  /** The user that programs run as. By default the image's, or yours on `process`, which takes only `root` here. */
  readonly user?: string | undefined;
}

/** The options of a job that an engine uses. */
export interface EngineSetting extends EngineOptions {
  /** The user's own environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** For the engine `process`: a `train` that waits already. */
  readonly ahead?: TrainAhead | undefined;
}

/** The process that runs the jobs, and where it records them. */
export interface EngineOwner {
  /** The folder of jobs. Absolute. */
  readonly home: string;
  readonly runner: JobOwner;
  readonly isRunning: (runner: JobOwner) => boolean;
}
