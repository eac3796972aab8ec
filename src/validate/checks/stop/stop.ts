import type { Check, Finding } from '../../check.ts';
import type { HostObservation, Observation, StopSeen } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, notApplicable, pass, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { type Baseline, onceMore, onSuccess } from '../support/on-success.ts';
import { filesBelow, listed, unseenIn } from '../support/outcome.ts';

/** The job, told to stop some way into its work. */
export function stopScenario(baseline: Baseline): Scenario {
  const { host } = baseline;
  return {
    id: 'stop',
    about: 'the job, told to stop while it works',
    checkpoints: { areKept: true },
    stop: { afterSeconds: Math.min(10, 0.4 * workingSeconds(baseline)), hasOutput: host.output.lineCount > 0 },
  };
}

function workingSeconds({ host }: Baseline): number {
  return host.seconds - (host.output.firstSeconds ?? 0);
}

function stopLong({ host }: Baseline): Scenario {
  return {
    id: 'stop-long',
    about: 'the job with the hyperparameters by which it takes long, told to stop while it works',
    variant: 'long',
    checkpoints: {},
    stop: { afterSeconds: 1, hasOutput: host.output.lineCount > 0 },
  };
}

type Stopped = {
  readonly observation: Observation;
  readonly host: HostObservation;
  readonly stop: StopSeen;
  /** It was at work for long enough: what it had not saved by then it does not save. */
  readonly isMidWork: boolean;
};

// A job that works for less may have been stopped before it had begun: on a busy machine programs load for many seconds.
const MID_WORK_SECONDS = 30;

/** The job that was stopped, or why there is none. `change`: another trial of the same. */
export async function stopJob(
  subject: Subject,
  baseline: Baseline,
  change: (scenario: Scenario) => Scenario = (scenario) => scenario,
): Promise<Stopped | Finding> {
  const long = await subject.observe(change(stopLong(baseline)));
  const observation = long.cannot === undefined ? long : await subject.observe(change(stopScenario(baseline)));
  return onFirstHost<Stopped | Finding>(observation, (host, evidence) => {
    if (host.startError !== undefined) return unknown('it could not be started', evidence);
    if (host.stop === undefined) {
      return unknown(
        `it was over after ${host.seconds.toFixed(1)} s, before it could be told to stop: give a job that takes longer`,
        evidence,
      );
    }
    const isMidWork = long.cannot === undefined || workingSeconds(baseline) >= MID_WORK_SECONDS;
    return { observation, host, stop: host.stop, isMidWork };
  });
}

/** Contract C57: SIGTERM, then 120 seconds. */
export const stopInTime: Check = {
  id: 'stop-in-time',
  clause: 'C57',
  severity: 'must',
  title: 'SIGTERM ends the container in time',
  probe:
    'The job gets SIGTERM while it works, and has the time that the platform gives it. A first process without a handler, which as process 1 never hears of SIGTERM, is not waited for.',
  why: 'A job that is stopped or runs out of time gets SIGTERM, and SIGKILL 120 seconds later. Until then it is billed, and what it has not saved is lost.',
  fix: 'Let the program be the first process (exec-form ENTRYPOINT, "exec" in shell scripts, or tini), with a handler for SIGTERM that saves and exits.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      const stopped = await stopJob(subject, baseline);
      if (!('stop' in stopped)) return stopped;
      const { observation, host, stop } = stopped;
      const notes = [`SIGTERM ${stop.sentSeconds.toFixed(1)} s after the start`];
      if (stop.isCaught === false) notes.push('The first process has no handler for SIGTERM.');
      const evidence = evidenceOf(observation, host, { notes });
      if (stop.tookSeconds === undefined) {
        const why = stop.isCaught === false ? 'its first process does not handle SIGTERM' : 'it does not end';
        return fail(`${why}: it had to be killed after ${stop.waitedSeconds.toFixed(0)} s`, evidence);
      }
      return pass(`it ends ${stop.tookSeconds.toFixed(1)} s after SIGTERM, with exit code ${host.exitCode}`, evidence);
    }),
};

/** Contract C57: artifacts of a stopped job are kept. */
export const stopSaves: Check = {
  id: 'stop-saves',
  clause: 'C57',
  severity: 'should',
  title: 'A job that is told to stop saves its work',
  probe: 'After SIGTERM in the midst of the work there has to be something in /opt/ml/model or in the checkpoints.',
  why: 'Artifacts of a stopped job are kept: the hours until then need not be lost. It counts most with spot instances.',
  fix: 'On SIGTERM write a checkpoint, or the model as it is; or save checkpoints as training goes on.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      if (filesBelow(baseline.host, 'model').length === 0) return notApplicable('it leaves no model at all');
      const finding = savesFinding(await stopJob(subject, baseline));
      return finding.status === 'fail' ? savesFinding(await stopJob(subject, baseline, onceMore)) : finding;
    }),
};

function savesFinding(stopped: Stopped | Finding): Finding {
  if (!('stop' in stopped)) return stopped;
  const { observation, host, stop, isMidWork } = stopped;
  const saved = [...filesBelow(host, 'model'), ...filesBelow(host, 'checkpoints')];
  const evidence = evidenceOf(observation, host, { files: saved.slice(0, MOST_LISTED).map(listed) });
  if (saved.length > 0) return pass(`it leaves ${saved.length} file(s) of its work`, evidence);
  const unseen = unseenIn(host, 'model') ?? unseenIn(host, 'checkpoints');
  if (unseen !== undefined) return unknown(`not all of its files could be looked at: ${unseen}`, evidence);
  if (stop.tookSeconds === undefined) return notApplicable('it did not end: see stop-in-time', evidence);
  if (!isMidWork) {
    const why = 'the job is so short that it may not have begun: say by which hyperparameters it takes long (--long)';
    return unknown(`after SIGTERM it leaves nothing; ${why}`, evidence);
  }
  return fail('after SIGTERM there is neither a model nor a checkpoint', evidence);
}
