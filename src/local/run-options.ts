import { EXIT_CODES } from '../contract/exit-codes.ts';
import { PLATFORM_STOP_SECONDS } from '../contract/grace-periods.ts';
import { readCompression, settingsFromVariables } from '../contract/settings.ts';
import { checkEngineOptions, checkSeconds } from '../engines/check-engine-options.ts';
import type { EngineOptions, EngineSetting } from '../engines/engine-options.ts';
import type { OnJobEvent } from '../jobs/events.ts';
import { guardCallback } from '../jobs/guard-callback.ts';

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
  /** Aborting it ends the job immediately. */
  readonly kill?: AbortSignal;
  /** From the stop to the kill, in seconds. By default 120 (contract C57). */
  readonly stopGraceSeconds?: number;
  /** Give the hosts the AWS credentials of `variables`, else those that the SDK's standard chain finds. By default not. */
  readonly passCredentials?: boolean;
  /** Run AWS's own images, also those in place of which we have ours. By default ours run. */
  readonly isWithoutAliases?: boolean;
  /** Takes the job away after so many seconds, as a spot interruption would, and brings it back with its checkpoints. */
  readonly interruptAfterSeconds?: number;
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

/** How one job is run by this process: its caller has read the environment. */
export interface RunJobOptions extends RunPreparedOptions, EngineSetting {
  readonly variables: EngineSetting['variables'];
  /** Refuse the name of any job that exists. By default the name of an ended job gets a suffix. */
  readonly isExactName?: boolean;
  /** The data folder of buckets of this machine, absolute: jobs read and write objects in them without a server. By default none. */
  readonly localBuckets?: string;
  /** What the failure reason says to do about an image that is not available: a sentence. */
  readonly imageAdvice?: string;
  /** Write FastFile for such channels into `inputdataconfig.json`. By default File (contract C11). */
  readonly isFastFileNamed?: boolean;
}

// Without a default an option stays absent.
type Defaulted = 'onEvent' | 'stop' | 'kill' | 'stopGraceSeconds' | 'passCredentials';

/** The options of a job, with all defaults. `onEvent` is guarded: it neither throws nor rejects. */
export type RunOptions = Omit<RunJobOptions, Defaulted> &
  Required<Pick<RunJobOptions, Defaulted>> & {
    /** The compressor of archives: the user's setting `OPTML_COMPRESSION`. */
    readonly compression: string;
  };

/**
 * Checks the options and applies their defaults.
 *
 * @throws OptmlError USAGE for a wrong option, SETTING_INVALID for an unknown compressor.
 */
export function withDefaults(options: RunJobOptions): RunOptions {
  checkEngineOptions(options);
  checkSeconds('stopGraceSeconds', options.stopGraceSeconds);
  checkSeconds('interruptAfterSeconds', options.interruptAfterSeconds);
  const never = new AbortController().signal;
  return {
    ...options,
    compression: readCompression(settingsFromVariables(options.variables), EXIT_CODES.usage),
    onEvent: guardCallback(options.onEvent ?? (() => undefined)),
    stop: options.stop ?? never,
    kill: options.kill ?? never,
    stopGraceSeconds: options.stopGraceSeconds ?? PLATFORM_STOP_SECONDS,
    passCredentials: options.passCredentials ?? false,
  };
}
