import { prepareIntermediateOutput } from '../artifacts/intermediate.ts';
import { makeDirectory } from '../artifacts/make-directory.ts';
import { packageArtifacts, prepareArchives } from '../artifacts/package-artifacts.ts';
import { whoPacks } from '../artifacts/who-packs.ts';
import { findBaseDirectory } from '../config/base-directory.ts';
import { signalExitCode } from '../contract/exit-codes.ts';
import type { JobPaths } from '../contract/paths.ts';
import { earlyLogFormat, type Settings } from '../contract/settings.ts';
import { jobSecrets } from '../environment/job-secrets.ts';
import { earlyLogLevel } from '../environment/log-level.ts';
import { readTrainingJob } from '../environment/read-training-job.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { asOptmlError, describeError, type OptmlError } from '../errors/error.ts';
import { makeLineSink } from '../log/line-sink.ts';
import { makeLog } from '../log/log.ts';
import { collectSecrets, maskSecrets } from '../log/secrets.ts';
import { flushStderr, writeStderr } from '../log/write-stderr.ts';
import { clearSuccess, writeFailure, writeSuccess } from '../outcome/marker-files.ts';
import { homeVariables } from '../process/home-variables.ts';
import { makeOutputPipe } from '../process/output-pipe.ts';
import { StopControl } from '../process/stop-control.ts';
import { readTextIfAny } from '../read-text.ts';
import type { Job } from './job.ts';
import { prepareProgram } from './prepare-program.ts';
import { type ProgramOutcome, runProgram } from './run-program.ts';

// A reader of the log that stands still for so long loses the last records.
const FLUSH_MS = 2000;

/**
 * Runs a training job as the platform asks for it (`docker run IMAGE train`, contract C1): reads the configuration,
 * prepares and runs the user's program, reports success or failure, packs the artifacts. Takes the process's signals
 * while it runs. Returns the exit code; every failure is logged and written to `output/failure`. `outputPipe` is
 * for the program's standard error, where one has been made ahead.
 */
export async function train(
  variables: Readonly<NodeJS.ProcessEnv>,
  outputPipe: Job['outputPipe'] = makeOutputPipe(),
): Promise<number> {
  const stop = new StopControl((signal) => job.log.warn(`Received ${signal}: stopping the job`));
  const job: Job = {
    stop,
    outputPipe,
    log: makeLog(0, makeLineSink()),
    secrets: [],
  };
  stop.listen();
  try {
    const { paths, isNewLocalJob } = findBaseDirectory(variables);
    job.paths = paths;
    await openLog(job, earlyLogFormat(variables), earlyLogLevel(variables));
    if (isNewLocalJob)
      job.log.info(`Neither SAGEMAKER_BASE_DIR nor /opt/ml is there: the job folder is ${paths.baseDir}`);
    warnOfShell(job);
    const environment = await readConfiguration(paths, job, withHome(variables, job));
    const program = await prepareProgram(environment, job);
    const outcome = await runProgram(program, environment, job);
    return await conclude(outcome, environment, job);
  } catch (error) {
    // Before the configuration is read, the variables are what may hold secrets.
    if (job.secrets.length === 0) job.secrets = collectSecrets(variables, new Map());
    return fail(asOptmlError(error), job);
  } finally {
    await job.intermediate?.finish();
    // It leaves nothing behind once it is made, used or not.
    await job.outputPipe;
    await flushStderr(FLUSH_MS);
    stop.close();
  }
}

// It waits for us and passes no signal on: a stop of the container never arrives here (contract C2).
function warnOfShell(job: Job): void {
  if (process.ppid !== 1) return;
  const name = readTextIfAny('/proc/1/comm')?.trim() ?? '';
  if (!/^(?:a|ba|da|z)?sh$/.test(name)) return;
  job.log.warn(
    `PID 1 is a shell (${name}), which keeps SIGTERM from the job: write ENTRYPOINT ["train"], or "exec train" (C2)`,
  );
}

function withHome(variables: Readonly<NodeJS.ProcessEnv>, job: Job): Readonly<NodeJS.ProcessEnv> {
  const changed = homeVariables(variables);
  const list = Object.entries(changed).map(([name, value]) => `${name}=${value}`);
  // The usual case, in which the whole environment need not be copied.
  if (list.length === 0) return variables;
  job.log.info(`HOME (${variables['HOME'] || 'not set'}) cannot be written to: ${list.join(' ')}`);
  return { ...variables, ...changed };
}

async function readConfiguration(
  paths: JobPaths,
  job: Job,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<TrainingEnvironment> {
  clearSuccess(paths.successFile);
  makeDirectory(
    paths.codeDir,
    'the code directory',
    'Mount the base directory writable, or bake the source into the image under /opt/ml/code.',
  );
  const environment = await readTrainingJob(paths, variables, job.log.warn);
  job.secrets = jobSecrets(environment, variables);
  await openLog(job, environment.settings.logFormat, environment.logLevel);
  if (whoPacks(environment.settings.package, variables).isOurs) await prepareArchives(environment, job.log);
  job.intermediate = prepareIntermediateOutput(environment, job.stop, job.log);
  return environment;
}

async function openLog(job: Job, format: Settings['logFormat'], level: number): Promise<void> {
  const sink = format === 'text' ? makeLineSink() : (await import('#log/pino-sink')).makePinoSink(writeStderr);
  // Secrets that are known by then stay out of whatever optml says (contract C14).
  job.log = makeLog(level, (name, message) => sink(name, maskSecrets(message, job.secrets)));
}

/** Packs and reports. Nothing may claim success before all that proves it is on disk (contract C71). */
async function conclude(outcome: ProgramOutcome, environment: TrainingEnvironment, job: Job): Promise<number> {
  // Runs while the model is packed. After a failure it is waited for at the very end.
  const uploaded = job.intermediate?.finish();
  if (outcome.failureText === undefined) {
    await packIfOurs(environment, job);
    await uploaded;
    writeSuccess(environment.paths.successFile);
    job.log.info('Reporting training SUCCESS');
    return 0;
  }
  reportFailure(outcome.failureText, job);
  if (outcome.isStoppedInTime) {
    await packIfOurs(environment, job).catch((error: unknown) => job.log.error(describeError(asOptmlError(error))));
  }
  return outcome.exitCode;
}

async function packIfOurs(environment: TrainingEnvironment, job: Job): Promise<void> {
  const { isOurs, why } = whoPacks(environment.settings.package, environment.variables);
  if (!isOurs) {
    job.log.debug(`The model is not packed here: ${why}`);
    return;
  }
  const giveUp = new AbortController();
  const arm = () =>
    setTimeout(() => giveUp.abort(), job.stop.remainingMs(environment.settings.stopGraceSeconds)).unref();
  job.stop.onStop(arm);
  await packageArtifacts(environment, giveUp.signal, job.log);
}

/** Reports an error of our own making: before, beside or after the program. */
function fail(error: OptmlError, job: Job): number {
  reportFailure(error.failureText ?? describeError(error), job);
  return job.stop.signal !== undefined && error.code === 'STOPPED' ? signalExitCode(job.stop.signal) : error.exitCode;
}

// Reporting never throws: what cannot be written is at least in the log, and the exit code says the rest.
function reportFailure(text: string, job: Job): void {
  const masked = maskSecrets(text, job.secrets);
  job.log.error('Reporting training FAILURE');
  job.log.error(masked);
  if (job.paths === undefined) return;
  try {
    if (!writeFailure(job.paths.failureFile, masked)) job.log.info('Failure file exists. Skipping creation....');
  } catch (error) {
    job.log.error(describeError(asOptmlError(error)));
  }
}
