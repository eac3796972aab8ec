import type { Finding } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf } from './evidence.ts';
import { fail, pass, skipped, unknown, withoutSuccess } from './findings.ts';
import { describeEnd, hasSucceeded } from './outcome.ts';
import { SUCCESS } from './scenarios.ts';

/** What a run that succeeded has shown. */
export interface Baseline {
  readonly observation: Observation;
  readonly host: HostObservation;
}

/** The run that everything builds on; undefined where it did not succeed. */
export async function findBaseline(subject: Subject): Promise<Baseline | undefined> {
  const observation = await subject.observe(SUCCESS);
  const [host] = observation.hosts;
  return host !== undefined && hasSucceeded(host) ? { observation, host } : undefined;
}

/** Judges what only a job that succeeds can show; `skipped` where it does not. */
export async function onSuccess(
  subject: Subject,
  judge: (baseline: Baseline) => Finding | Promise<Finding>,
): Promise<Finding> {
  const baseline = await findBaseline(subject);
  if (baseline !== undefined) return judge(baseline);
  return withoutSuccess(
    subject.job !== undefined
      ? 'it builds on a run that succeeds, which the job that was given does not'
      : 'it builds on a run that succeeds: give the hyperparameters and channels that it takes with --job job.json',
  );
}

/** What is said of a scenario that has to succeed as the plain job does. */
export interface SuccessDemand {
  readonly scenario: Scenario;
  readonly passed: string;
  /** Put before how it ended: `with ten hosts it`. */
  readonly failed: string;
  /** Why a failure may not be the image's fault; undefined where it is. */
  readonly excuse?: (host: HostObservation, observation: Observation) => string | undefined;
  readonly fix?: string;
}

/**
 * Runs a scenario that must succeed where the plain job does. A failure is repeated once before it is reported: a machine
 * under load has failures of its own.
 */
export function mustSucceed(subject: Subject, demand: SuccessDemand): Promise<Finding> {
  return onSuccess(subject, async () => {
    const { scenario } = demand;
    const first = await subject.observe(scenario);
    if (first.cannot !== undefined) return skipped(first.cannot);
    if (first.hosts.every(hasSucceeded)) return pass(demand.passed, evidenceOf(first, first.hosts[0]));
    const again = await subject.observe(onceMore(scenario));
    if (again.cannot !== undefined) return unknown(`${demand.failed} failed once; ${again.cannot}`);
    const host = again.hosts.find((one) => !hasSucceeded(one) && !one.isStoppedForOther);
    if (host === undefined) {
      return again.hosts.every(hasSucceeded)
        ? pass(demand.passed, evidenceOf(again, again.hosts[0], { notes: ['It failed once, and not again.'] }))
        : unknown(`${demand.failed} was stopped`, evidenceOf(again, again.hosts[0]));
    }
    const excuse = excuseOf(host) ?? demand.excuse?.(host, again);
    const evidence = evidenceOf(again, host);
    if (excuse !== undefined) return unknown(`${demand.failed} ${describeEnd(host)}; ${excuse}`, evidence);
    return fail(`${demand.failed} ${describeEnd(host)}`, evidence, demand.fix);
  });
}

/** The same scenario, to be played a second time. */
export function onceMore(scenario: Scenario): Scenario {
  const { checkpoints } = scenario;
  // Other scenarios go on from the first one.
  const own = checkpoints && { checkpoints: { ...checkpoints, areKept: false } };
  return { ...scenario, id: `${scenario.id}-again`, ...own };
}

function excuseOf(host: HostObservation): string | undefined {
  if (host.isOutOfMemory) return 'this machine is short of memory';
  return host.startError === undefined ? undefined : 'the engine did not start it';
}
