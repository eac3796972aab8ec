import { setMaxListeners } from 'node:events';
import { monotonicMs } from '../concurrency/clock.ts';
import { PLATFORM_STOP_SECONDS } from '../contract/grace-periods.ts';
import { checkEngineOptions, checkSeconds } from '../engines/check-engine-options.ts';
import type { EngineContext } from '../engines/engine.ts';
import type { EngineName } from '../engines/engine-names.ts';
import type { PullPolicy } from '../engines/engine-options.ts';
import { makeWatchdog } from '../engines/make-watchdog.ts';
import { ownVersion } from '../entry-point/own-version.ts';
import { programOf, programWarning } from '../entry-point/program-warning.ts';
import type { OptmlError } from '../errors/error.ts';
import { readProject } from '../staging/project.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import { watchDisk } from './observe/disk/disk-guard.ts';
import { HOST_WAITS } from './observe/host-waits.ts';
import { type Observer, openObserver } from './observe/observer.ts';
import type { ValidationContext } from './observe/validation-context.ts';
import { findObstacle, obstacleOf } from './obstacle.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { isDriversJob, readTarget } from './read-target.ts';
import { reproduction } from './reproduce.ts';
import { runChecks } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import type { Subject } from './subject.ts';
import { staleNotes, sumUp } from './sum-up.ts';
import { chooseTarget, type Target, type TargetOptions } from './target.ts';
import type { CheckResult, ValidationReport } from './validation-report.ts';
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts';

export { splitCommand } from './command-words.ts';
export { describeChecks, explain } from './explain.ts';
export { formatReport } from './report/format-report.ts';
export { REPORT_FORMATS, type ReportFormat } from './report/formats.ts';
export { readReport } from './report/read-report.ts';
export { exitCodeOf } from './sum-up.ts';
export { isProjectFolder } from './target.ts';

/** How long a prepared job may run, in seconds, where the user does not say. */
const TIMEOUT_SECONDS = 120;

/** What is reported while a validation runs. */
export type ValidationEvent =
  | { readonly type: 'result'; readonly result: CheckResult; readonly done: number; readonly total: number }
  /** A line of the engine while it pulls or builds. */
  | { readonly type: 'engine'; readonly line: string };

/** What to validate, and how. */
export interface ValidateOptions extends TargetOptions {
  /** The image's own job, on which all runs build: a CreateTrainingJob request, or the path of a JSON or YAML file with one. */
  readonly job?: unknown;
  /** Hyperparameters with which the job fails, as the user knows: over those of the job. */
  readonly failingHyperparameters?: Readonly<Record<string, string>> | undefined;
  /** Hyperparameters with which the job runs for some minutes, so that it can be stopped: over those of the job. */
  readonly longHyperparameters?: Readonly<Record<string, string>> | undefined;
  /** What runs the image. By default the first container engine that answers; a command is always run by `process`. */
  readonly engine?: EngineName | undefined;
  /** When the image is pulled. By default when it is missing. */
  readonly pull?: PullPolicy | undefined;
  /** Ids or clauses of checks: only these run. */
  readonly only?: readonly string[] | undefined;
  /** Ids or clauses of checks that do not run. */
  readonly skip?: readonly string[] | undefined;
  /** Accepted findings: ids → reasons, or the path of a file with them. */
  readonly baseline?: Readonly<Record<string, string>> | string | undefined;
  /** A `must` check that could not run, or whose result is unknown, is a finding. */
  readonly strict?: boolean | undefined;
  /** How long a prepared job may run before it is treated as hanging, in seconds. By default 120. */
  readonly timeoutSeconds?: number | undefined;
  /** The environment: `PATH`, `OPTML_HOME`, the engine's. By default `process.env`. */
  readonly variables?: Readonly<NodeJS.ProcessEnv> | undefined;
  /** Relative paths among these options count from here. By default the working directory. */
  readonly baseDir?: string | undefined;
  readonly onProgress?: ((event: ValidationEvent) => void) | undefined;
  /** Aborting it gives up: its reason is thrown, and nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a validation runs: its caller has read the environment and the working directory. */
export interface ValidationPlace {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Absolute. */
  readonly baseDir: string;
}

/**
 * Validates a training container against the platform's contract: looks into its image and runs it with prepared jobs.
 * Resolves with what was found, whatever it is.
 *
 * @throws OptmlError USAGE or REQUEST_INVALID for wrong options, IMAGE_UNAVAILABLE or ENGINE_FAILED where it cannot be run.
 */
export async function validateImage(options: ValidateOptions & ValidationPlace): Promise<ValidationReport> {
  const { variables, baseDir, onProgress = () => undefined } = options;
  checkEngineOptions(options);
  checkSeconds('timeoutSeconds', options.timeoutSeconds);
  // One of our own, which all that runs side by side listens to.
  const signal = AbortSignal.any(options.signal === undefined ? [] : [options.signal]);
  setMaxListeners(0, signal);
  const startedAt = new Date().toISOString();
  const start = monotonicMs();
  const isWanted = selectChecks(ALL_CHECKS, options);
  const baseline = baselineOf(options.baseline, baseDir);
  const job = options.job === undefined ? undefined : await readTarget(options.job, baseDir);
  const target = chooseTarget(options, job?.image);
  const notes: string[] = [];
  const workDir = makeWorkFolder(variables);
  const guard = await watchDisk(workDir);
  const watchdog = makeWatchdog();
  let observer: Observer | undefined;
  const context: EngineContext = {
    signal,
    watchdog,
    warn: (message) => void notes.push(message),
    say: (line) => onProgress({ type: 'engine', line }),
  };
  try {
    const { engine, pull = 'missing' } = options;
    const algorithm = job?.request.AlgorithmSpecification;
    const words = [algorithm?.ContainerEntrypoint, algorithm?.ContainerArguments].flatMap((list) => list ?? []);
    const opened = await openTarget(target, { engine, pull, variables, context, words });
    const onHosts = { ...imageVariables(opened), ...job?.request.Environment };
    const sources = { variables: onHosts, hyperparameters: job?.request.HyperParameters };
    const opening: ValidationContext = {
      engine: opened.engine,
      image: opened.engineImage,
      entrypoint: target.kind === 'command' ? target.command : algorithm?.ContainerEntrypoint,
      arguments: target.kind === 'command' ? undefined : algorithm?.ContainerArguments,
      request: job?.request,
      failing: options.failingHyperparameters,
      long: options.longHyperparameters,
      variables,
      workDir,
      timeoutSeconds: options.timeoutSeconds ?? TIMEOUT_SECONDS,
      graceSeconds: PLATFORM_STOP_SECONDS,
      waits: HOST_WAITS,
      signal,
      say: context.say,
      watchdog,
    };
    observer = openObserver(opening, { guard });
    const subject: Subject = {
      kind: target.kind,
      image: opened.image,
      job: job?.request,
      hasProgram: programOf(sources) !== '',
      programWarning: programWarning(sources),
      isDriversJob: job !== undefined && isDriversJob(job.request),
      observe: observer.observe,
      forget: observer.forget,
    };
    const total = ALL_CHECKS.filter(isWanted).length;
    let done = 0;
    const onResult = (result: CheckResult) => onProgress({ type: 'result', result, done: ++done, total });
    const reproduce = reproduction(options);
    const running = { reproduce, isWanted, baseline, isStrict: options.strict === true, onResult, signal };
    const { results, error } = await runChecks(ALL_CHECKS, subject, running);
    // Where nothing at all could be told, the reason is what the user has to know.
    const isTold = results.some(({ status }) => status === 'pass' || status === 'fail');
    if (!isTold && error !== undefined) throw error;
    const obstacle = await findObstacle(results, subject, reproduce);
    const leftovers = await removeWorkFolder(workDir);
    if (leftovers !== undefined) notes.push(leftovers);
    return {
      version: 1,
      optml: ownVersion(),
      subject: describeSubject(target, opened.engine.name, opened.image),
      startedAt,
      seconds: Math.round(monotonicMs() - start) / 1000,
      ...sumUp(results, obstacle),
      notes: [...new Set([...notes, ...staleNotes(baseline, results)])],
      checks: results,
    };
  } finally {
    await observer?.close();
    guard.close();
    await removeWorkFolder(workDir);
    await watchdog.close();
  }
}

/** The variables that the image sets, or would set. */
function imageVariables({ image, engineImage }: OpenTarget): Readonly<Record<string, string>> {
  if (image !== undefined) return Object.fromEntries(image.environment);
  return engineImage.kind === 'project' ? readProject(engineImage.dir).variables : {};
}

function baselineOf(baseline: ValidateOptions['baseline'], baseDir: string): Baseline {
  if (typeof baseline === 'string') return readBaseline(baseline, baseDir);
  return new Map(Object.entries(baseline ?? {}));
}

function describeSubject(target: Target, engine: EngineName, image: Subject['image']): ValidationReport['subject'] {
  const { kind, name } = target;
  if (image === undefined) return { kind, name, engine };
  return { kind, name, engine, platform: `${image.os || 'linux'}/${image.architecture || '?'}`, bytes: image.bytes };
}

/** The report on a target that could not be run at all. `name`: how the user called it. */
export function failedReport(error: OptmlError, name: string, startedAt: Date): ValidationReport {
  return {
    version: 1,
    optml: ownVersion(),
    subject: { kind: 'image', name, engine: 'none' },
    startedAt: startedAt.toISOString(),
    seconds: Math.max(0, Date.now() - startedAt.getTime()) / 1000,
    ...sumUp([], obstacleOf(error)),
    notes: [],
    checks: [],
  };
}
