import { findBaseDirectory } from '../config/base-directory.ts';
import type { JobPaths } from '../contract/paths.ts';
import { earlyLogFormat, type Settings } from '../contract/settings.ts';
import { VARIABLES } from '../contract/variables.ts';
import { earlyLogLevel } from '../environment/log-level.ts';
import { readTextIfAny } from '../job-tree/input/read-text.ts';
import { lazyMask } from '../log/lazy-masking.ts';
import { makeLineSink } from '../log/line-sink.ts';
import { type Log, makeLog } from '../log/log.ts';
import type { StandardError } from '../log/write-stderr.ts';
import { makeOutputPipe, type OutputPipe } from '../process/output-pipe.ts';
import type { StopControl } from '../process/stop-control.ts';
import type { TrainWaits } from './train-waits.ts';

/** What `train` gets from its caller. */
export interface TrainOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly stderr: StandardError;
  /** For the program's standard error, if one was made ahead. */
  readonly outputPipe?: Promise<OutputPipe | undefined> | undefined;
  /** Those that differ from the default. */
  readonly waits?: TrainWaits | undefined;
}

/** A job of which only the variables are known. */
export interface StartedJob extends TrainOptions {
  readonly stop: StopControl;
  /** What only the hosts of this job know. It is not among the variables. */
  readonly jobSecret: string | undefined;
  /** The source in S3 that `optml run` has fetched. It is not among the variables. */
  readonly fetchedSource: string | undefined;
  /** Made while the configuration is read. */
  readonly outputPipe: Promise<OutputPipe | undefined>;
  readonly log: Log;
  /** Masks the secrets that are known so far. The log does this too. */
  readonly mask: (text: string) => string;
}

/** A job whose base directory is known: from here on a failure file can be written. */
export interface LocatedJob extends StartedJob {
  readonly paths: JobPaths;
}

/** The job before anything is read, with a log of readable lines at every level. */
export function startJob(options: TrainOptions, stop: StopControl): StartedJob {
  const { stderr, outputPipe = makeOutputPipe() } = options;
  const own = withoutOwn(options.variables);
  const { variables } = own;
  const mask = lazyMask(({ collectSecrets }) => collectSecrets(variables, new Map()), false);
  return { ...options, ...own, outputPipe, stop, log: makeLog(0, makeLineSink(stderr.write)), mask };
}

function withoutOwn(given: TrainOptions['variables']): Pick<StartedJob, 'variables' | 'jobSecret' | 'fetchedSource'> {
  const { [VARIABLES.jobSecret]: jobSecret, [VARIABLES.fetchedSource]: fetchedSource } = given;
  // The usual case, in which the whole environment need not be copied.
  if (!jobSecret && !fetchedSource) return { variables: given, jobSecret: undefined, fetchedSource };
  const { [VARIABLES.jobSecret]: _, [VARIABLES.fetchedSource]: __, ...variables } = given;
  return { variables, jobSecret, fetchedSource };
}

/**
 * Finds the base directory, and opens the log as the variables have it.
 *
 * @throws OptmlError DISK_WRITE_FAILED.
 */
export async function locateJob(job: StartedJob): Promise<LocatedJob> {
  const { variables } = job;
  const { paths, isNewLocalJob } = findBaseDirectory(variables);
  const log = await openLog(job, earlyLogFormat(variables), earlyLogLevel(variables));
  if (isNewLocalJob) log.info(`Neither SAGEMAKER_BASE_DIR nor /opt/ml is there: the job folder is ${paths.baseDir}`);
  warnOfShell(log);
  return { ...job, paths, log };
}

/** A log whose records are masked. */
export async function openLog(
  { stderr, mask }: Pick<StartedJob, 'stderr' | 'mask'>,
  format: Settings['logFormat'],
  level: number,
): Promise<Log> {
  const { write } = stderr;
  const sink = format === 'text' ? makeLineSink(write) : (await import('#log/pino-sink')).makePinoSink(write);
  // Secrets that are known by then stay out of whatever optml says (contract C14).
  return makeLog(level, (name, message) => sink(name, mask(message)));
}

// It waits for us and passes no signal on: a stop of the container never arrives here (contract C2).
function warnOfShell(log: Log): void {
  if (process.ppid !== 1) return;
  const name = readTextIfAny('/proc/1/comm')?.trim() ?? '';
  if (!/^(?:a|ba|da|z)?sh$/.test(name)) return;
  log.warn(
    `PID 1 is a shell (${name}), which keeps SIGTERM from the job: write ENTRYPOINT ["train"], or "exec train" (C2)`,
  );
}
