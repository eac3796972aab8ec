import type { Finding } from '../../check.ts';
import type { HostObservation, Observation, StopSeen } from '../../observe/observation.ts';
import type { Scenario, ScenarioStop } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import type { Baseline } from '../support/on-success.ts';

/** Which trial: the first one, or one in which SIGTERM comes later. */
export type StopMoment = 'first' | 'later';

// The first output may be a toolkit's banner, and libraries may load for long after it. What the short job has done in its
// whole life (its time and its lines) a long one has done before it gets SIGTERM; both are waited for, as a busy machine
// makes all slower.
const LONG = { first: { factor: 1.5, seconds: 1 }, later: { factor: 3, seconds: 2 } } as const;
// Of a job that cannot be made longer, a share of its own time.
const SHARE = { first: 0.5, later: 0.75 } as const;
// Lines of a long job may be rarer than those of the short one.
const LINES = { factor: 6, seconds: 10 } as const;

/** The job, told to stop some way into its work. */
export function stopScenario(baseline: Baseline, moment: StopMoment = 'first'): Scenario {
  const { output } = baseline.host;
  const afterSeconds = SHARE[moment] * workingSeconds(baseline);
  const dueSeconds = (output.firstSeconds ?? 0) + afterSeconds;
  return {
    id: moment === 'first' ? 'stop' : 'stop-later',
    about: `the job, told to stop ${moment === 'first' ? 'while it works' : 'later'}`,
    checkpoints: { areKept: moment === 'first' },
    stop: stopAfter(baseline, {
      afterSeconds,
      afterLines: output.lines.filter(({ seconds }) => seconds <= dueSeconds).length,
    }),
  };
}

function stopLong(baseline: Baseline, moment: StopMoment): Scenario {
  const { host } = baseline;
  const { factor, seconds } = LONG[moment];
  return {
    id: moment === 'first' ? 'stop-long' : 'stop-long-later',
    about: `the job with the hyperparameters by which it takes long, told to stop ${moment === 'first' ? 'while it works' : 'later'}`,
    variant: 'long',
    checkpoints: {},
    stop: stopAfter(baseline, {
      afterSeconds: factor * host.seconds + seconds,
      afterLines: host.output.lineCount,
    }),
  };
}

/** The same long job, told to stop after the time and the lines that another run of it had in all. */
export function stopAfterEnd(baseline: Baseline, { host, stop }: Stopped): Scenario {
  const lastedSeconds = stop.sentSeconds + 2 * (stop.tookSeconds ?? 0);
  return {
    ...stopLong(baseline, 'later'),
    id: 'stop-long-proof',
    about: 'the job with the hyperparameters by which it takes long, told to stop when the other run had ended',
    stop: stopAfter(baseline, { afterSeconds: lastedSeconds + 2, afterLines: host.output.lineCount + 1 }),
  };
}

function stopAfter(
  { host }: Baseline,
  moment: { readonly afterSeconds: number; readonly afterLines: number },
): ScenarioStop {
  const linesWithinSeconds = LINES.factor * Math.max(host.seconds, moment.afterSeconds) + LINES.seconds;
  return { ...moment, linesWithinSeconds, hasOutput: host.output.lineCount > 0 };
}

function workingSeconds({ host }: Baseline): number {
  return host.seconds - (host.output.firstSeconds ?? 0);
}

/** A run that got SIGTERM. */
export interface Stopped {
  readonly observation: Observation;
  readonly host: HostObservation;
  readonly stop: StopSeen;
  /** It has the hyperparameters by which it takes long. */
  readonly isLong: boolean;
  /** It was at work for long enough: what it had not saved by then it does not save. */
  readonly isMidWork: boolean;
}

// A job that works for less may have been stopped before it had begun: on a busy machine programs load for many seconds.
const MID_WORK_SECONDS = 30;

/** The job that was stopped, or why there is none. */
export async function stopJob(
  subject: Subject,
  baseline: Baseline,
  moment: StopMoment = 'first',
): Promise<Stopped | Finding> {
  const long = await subject.observe(stopLong(baseline, moment));
  const isLong = long.cannot === undefined;
  const observation = isLong ? long : await subject.observe(stopScenario(baseline, moment));
  return onFirstHost<Stopped | Finding>(observation, (host, evidence) => {
    if (host.startError !== undefined) return unknown('it could not be started', evidence);
    if (host.stop === undefined) {
      return unknown(
        `it was over after ${host.seconds.toFixed(1)} s, before it could be told to stop: give a job that takes longer`,
        evidence,
      );
    }
    const isMidWork = isLong || workingSeconds(baseline) >= MID_WORK_SECONDS;
    return { observation, host, stop: host.stop, isLong, isMidWork };
  });
}
