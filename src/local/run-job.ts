import { afterMs } from '../concurrency/long-timer.ts';
import { RUNTIME_SECONDS } from '../contract/limits.ts';
import { chooseEngine } from '../engines/choose-engine.ts';
import type { Engine, EngineSession, Watchdog } from '../engines/engine.ts';
import { makeWatchdog } from '../engines/make-watchdog.ts';
import { missingPathHint } from '../engines/missing-path-hint.ts';
import { missingPythonHint } from '../engines/missing-python-hint.ts';
import { programWarning } from '../entry-point/program-warning.ts';
import type { OptmlError } from '../errors/error.ts';
import { isAlive, thisOwner } from '../jobs/job-owner.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { SecondaryStatus } from '../jobs/status.ts';
import { checkLocations } from '../staging/delivery/check-locations.ts';
import { HostOutputs } from '../staging/host-outputs.ts';
import { instanceTypeWarnings } from '../staging/instance-types.ts';
import { planJob } from '../staging/job-plan.ts';
import { mlDirOf } from '../staging/ml-dirs.ts';
import { openSession, programOf } from '../staging/open-session.ts';
import { expectHosts } from '../staging/prepare-hosts.ts';
import { type AppliedAlias, aliasOf, applyAlias } from './aliases/apply-alias.ts';
import { algorithmMetrics } from './aliases/built-in-algorithm.ts';
import { runAttempts } from './attempts/run-attempts.ts';
import { concludeJob } from './conclude-job.ts';
import { lineEndsHint } from './failure/line-ends-hint.ts';
import { errorReason, jobError } from './job-error.ts';
import { removeHostsBehind, tidyJobFolder } from './job-leftovers.ts';
import { passedCredentials } from './passed-credentials.ts';
import { limitPreparation } from './preparation-limit.ts';
import { isS3Left, makeRunContext, type RunContext } from './run-context.ts';
import type { StopCause } from './run-hosts.ts';
import type { RunOptions } from './run-options.ts';

/** How a claimed job ended. */
export interface JobEnd {
  readonly record: JobRecord;
  /** What kept the job from running, or its outputs from being kept; undefined where the program itself failed. */
  readonly error: OptmlError | undefined;
}

/**
 * Runs a claimed job to its end and writes its record down at every step. Never throws for a job that fails: the record
 * says why.
 */
export async function runClaimedJob(store: JobStore, record: JobRecord, options: RunOptions): Promise<JobEnd> {
  const { MaxRuntimeInSeconds: maxRuntime = RUNTIME_SECONDS.default } = record.request.StoppingCondition ?? {};
  const preparation = limitPreparation(maxRuntime, (seconds) => {
    if (!stop.isPreparing) return false;
    context.warn(`The preparation of the job did not move for ${seconds} s, and was ended: MaxRuntimeInSeconds`);
    stop.ask('max-runtime');
    return true;
  });
  const onEvent: RunOptions['onEvent'] = (event) => {
    preparation.moved();
    return options.onEvent(event);
  };
  const context = makeRunContext(store, record, { ...options, onEvent });
  const { stop, progress, dir } = context;
  const watchdog = makeWatchdog();
  const endListening = stop.listen(dir, options);
  const endWait = limitWait(context);
  let session: EngineSession | undefined;
  let outputs: HostOutputs | undefined;
  const alias = options.isWithoutAliases === true ? undefined : aliasOf(record);
  let applied: AppliedAlias | undefined;
  let error: OptmlError | undefined;
  const closeOutputs = async (hasRun: boolean) => {
    const metrics = (await outputs?.close({ hasRun })) ?? [];
    outputs = undefined;
    if (metrics.length > 0) progress.note({ FinalMetricDataList: metrics });
  };
  try {
    const ofAlgorithm = await algorithmMetrics(record.request, alias);
    if (ofAlgorithm.length > 0) progress.note({ algorithmMetrics: ofAlgorithm });
    progress.move('Starting');
    const engine = await findEngine(context);
    if (alias !== undefined) applied = await applyAlias(alias, engine.name, context);
    const staged = { ...context, ...applied };
    progress.note({ engine: engine.name, leftovers: [engine.name] });
    progress.move('Downloading');
    // What may be left in an engine is written down before it is there.
    if (engine.name !== 'process') progress.save();
    await checkLocations(context);
    const say = (line: string) => void onEvent({ type: 'engine', line });
    session = await openSession(engine, staged, { ...programOf(context), say, watchdog, endNow: options.kill });
    const credentials = options.passCredentials ? await passedCredentials(context) : {};
    const access = { credentials, isS3Left: isS3Left(context) };
    const plan = await planJob({ engine: engine.name, session }, staged, access);
    const refused = programWarning({ variables: plan.environment, hyperparameters: context.request.HyperParameters });
    for (const warning of [refused ?? [], instanceTypeWarnings(context.request)].flat()) context.warn(warning);
    expectHosts(context, session, plan);
    outputs = await HostOutputs.open(dir, progress.record, onEvent);
    await outputs.introduce(applied?.lines(session.imageLabels) ?? []);
    const end = await runAttempts(context, { session, plan, outputs });
    endWait();
    context.onPhase('Completing logs and metrics');
    // Logs and metrics are whole before anybody can see that the job has ended.
    await closeOutputs(true);
    const hasOptMl = await session.hasOptMl;
    const { firstFailure: failed } = end;
    if (failed !== undefined) await warnOfCause({ engine: engine.name, host: failed.host, hasOptMl }, context);
    error = await concludeJob(end, context);
  } catch (thrown) {
    endWait();
    await closeOutputs(false);
    error = fail(thrown, context, applied?.advice);
  } finally {
    endListening();
    preparation.end();
    await cleanUp(context, session, watchdog);
  }
  return { record: progress.record, error };
}

/** Warns of what a failed host lacked, or of the line ends of its program, if its last output reports it. */
async function warnOfCause(
  failed: { readonly engine: Engine['name']; readonly host: string; readonly hasOptMl: boolean },
  context: RunContext,
): Promise<void> {
  const { request, dir, warn } = context;
  const host = { ...failed, request, dir };
  const missing = missingPythonHint(host) ?? (failed.hasOptMl ? undefined : missingPathHint(host));
  const hint = missing ?? (await lineEndsHint({ ...host, mlDir: mlDirOf(context, failed.host) }));
  if (hint !== undefined) warn(hint);
}

// Of a spot job: waiting and running together, from its creation on (contract C58).
function limitWait({ request, progress, stop }: RunContext): () => void {
  const { MaxWaitTimeInSeconds: seconds } = request.StoppingCondition ?? {};
  if (seconds === undefined) return () => undefined;
  const used = Date.now() / 1000 - progress.record.CreationTime;
  return afterMs((seconds - used) * 1000, () => stop.ask('max-wait'));
}

function findEngine({ options, store, warn, signal }: RunContext): Promise<Engine> {
  return chooseEngine(options, { home: store.jobsDir, runner: thisOwner(), isRunning: isAlive }, warn, signal);
}

const STOPPED_STATUS: Readonly<Partial<Record<StopCause, SecondaryStatus>>> = {
  stop: 'Stopped',
  'max-runtime': 'MaxRuntimeExceeded',
  'max-wait': 'MaxWaitTimeExceeded',
};

/** Gives the job that could not be run its last status. Returns why, unless it was stopped. */
function fail(
  thrown: unknown,
  { stop, progress, options }: RunContext,
  aliasAdvice: string | undefined,
): OptmlError | undefined {
  const stopped = stop.cause === undefined ? undefined : STOPPED_STATUS[stop.cause];
  if (stopped !== undefined && stop.preparation.aborted) {
    progress.move('Stopping');
    progress.move(stopped);
    return undefined;
  }
  const error = jobError(thrown);
  progress.note({ FailureReason: errorReason(error, adviceFor(error, [aliasAdvice, options.imageAdvice])) });
  progress.move('Failed');
  return error;
}

function adviceFor(error: OptmlError, ofImage: readonly (string | undefined)[]): string | undefined {
  if (error.code === 'PACKAGE_MISSING') return error.fix;
  return error.code === 'IMAGE_UNAVAILABLE' ? ofImage.filter(Boolean).join('. ') : undefined;
}

async function cleanUp(context: RunContext, session: EngineSession | undefined, watchdog: Watchdog): Promise<void> {
  const { dir, progress, store, warn, onPhase } = context;
  onPhase('Removing the hosts');
  await session?.close();
  // Nothing is left that it would have to end.
  const closed = watchdog.close();
  await context.closeStorage();
  onPhase('Removing the work files');
  try {
    if (isStoppedBefore(context)) await removeHostsBehind(store.jobsDir, dir);
    progress.note(await tidyJobFolder(progress.record, dir));
    progress.save();
  } catch (error) {
    warn(`Files of the job are left in ${dir}: ${(error as Error).message}`);
  }
  await closed;
}

/** Whether a job was stopped before its first hosts began. */
function isStoppedBefore({ progress, stop }: RunContext): boolean {
  const hasBegun = progress.record.SecondaryStatusTransitions.some(({ Status }) => Status === 'Training');
  return stop.preparation.aborted && !hasBegun;
}
