import { signalExitCode } from '../../../contract/exit-codes.ts';
import type { Evidence, Finding } from '../../check.ts';
import type { HostObservation } from '../../observe/observation.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf } from '../support/evidence.ts';
import { fail, pass, unknown } from '../support/findings.ts';
import type { Baseline } from '../support/on-success.ts';
import { type Stopped, stopAfterEnd } from './stop-job.ts';

const KILLED = signalExitCode('SIGKILL');
const TERMINATED = signalExitCode('SIGTERM');
// A toolkit that kills a program which does not end waits first.
const PATIENT_SECONDS = 10;
const PROMPT_SECONDS = 5;
// A job that SIGTERM has ended prints fewer lines than its whole work does.
const FEWER_LINES = 2;
// What is left of its work takes longer than this share, on a machine that may have become faster meanwhile.
const SHARE_OF_REST = 0.3;
const SHORTEST_REST_SECONDS = 2;
const EPOCHS = 1.5;
const GIVE_LONG = 'pass hyperparameters that make it run for minutes, such as --long epochs=100000';

/** Whether SIGTERM has ended the job. A pass needs a sign that the job would not have ended by itself at that moment. */
export async function judgeStop(subject: Subject, baseline: Baseline, stopped: Stopped): Promise<Finding> {
  const { observation, host, stop } = stopped;
  const notes = [`SIGTERM ${stop.sentSeconds.toFixed(1)} s after the start, after ${stop.sentLines} lines`];
  if (stop.isCaught === false) notes.push('The first process has no handler for SIGTERM.');
  if (stop.isIgnored === true) notes.push('All processes below the first one ignore SIGTERM.');
  const evidence = evidenceOf(observation, host, { notes });
  if (stop.isCaught === false) return withoutHandler(stopped, evidence);
  const took = stop.tookSeconds;
  if (took === undefined)
    return fail(`it does not end: it had to be killed after ${shown(stop.waitedSeconds)}`, evidence);
  if (stop.isIgnored === true) return fail(`its program ignores SIGTERM, and ended ${shown(took)} after it`, evidence);
  if (host.exitCode === KILLED && took > PATIENT_SECONDS) {
    return fail(`its program does not end: it was killed ${shown(took)} after SIGTERM`, evidence);
  }
  const ended = pass(`it ends ${shown(took)} after SIGTERM, with exit code ${host.exitCode}`, evidence);
  if (stopped.isLong) {
    if (host.exitCode !== 0 && took < PROMPT_SECONDS) return ended;
    const other = await unstopped(subject, baseline, stopped);
    if (other?.stop !== undefined && other.stop.sentSeconds > stop.sentSeconds) return ended;
    return other !== undefined && doesTheSame(baseline, stopped, other)
      ? fail(`it works on to its end, as if it had not been told to stop: ${shown(took)} after SIGTERM`, evidence)
      : unknown(
          `it may have ended by itself ${shown(took)} after SIGTERM: give --long values that take longer`,
          evidence,
        );
  }
  return isCutShort(baseline, stopped)
    ? ended
    : unknown(`it ended when its work was done, or nearly: ${GIVE_LONG}`, evidence);
}

function withoutHandler({ stop, isMidWork }: Stopped, evidence: Evidence): Finding {
  const what = 'its first process does not handle SIGTERM';
  if (stop.isCaughtLate) {
    return unknown(`it was told to stop before its first process had a handler: ${GIVE_LONG}`, evidence);
  }
  if (stop.tookSeconds === undefined) {
    return fail(`${what}: it had to be killed after ${shown(stop.waitedSeconds)}`, evidence);
  }
  return isMidWork || stop.tookSeconds >= SHORTEST_REST_SECONDS
    ? fail(`${what}, which process 1 never receives then: it ended by itself`, evidence)
    : unknown(`${what}, and the job is so short that it may not have begun: ${GIVE_LONG}`, evidence);
}

/** Another run of the same job, which is not told to stop before the moment at which the stopped one ended. */
async function unstopped(subject: Subject, baseline: Baseline, stopped: Stopped): Promise<HostObservation | undefined> {
  return (await subject.observe(stopAfterEnd(baseline, stopped))).hosts[0];
}

// A program that stops after the present epoch takes no longer than the whole short job.
function doesTheSame({ host: short }: Baseline, { host, stop }: Stopped, other: HostObservation): boolean {
  const took = stop.tookSeconds ?? 0;
  const hasWorkedOn = took >= PROMPT_SECONDS && took > EPOCHS * short.seconds;
  return hasWorkedOn && host.output.lineCount > stop.sentLines && host.output.lineCount === other.output.lineCount;
}

function isCutShort({ host: whole }: Baseline, { host, stop }: Stopped): boolean {
  const took = stop.tookSeconds ?? Number.POSITIVE_INFINITY;
  const restSeconds = whole.seconds - stop.sentSeconds;
  const isEarly = restSeconds >= SHORTEST_REST_SECONDS && took <= SHARE_OF_REST * restSeconds;
  const fewer = whole.output.lineCount - host.output.lineCount;
  return (
    fewer >= FEWER_LINES ||
    isEarly ||
    (took < PROMPT_SECONDS && host.exitCode !== 0 && (fewer > 0 || host.exitCode === TERMINATED))
  );
}

function shown(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
