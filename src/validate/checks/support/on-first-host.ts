import type { Evidence, Finding } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';
import { evidenceOf } from './evidence.ts';
import { skipped } from './findings.ts';

/**
 * Judges a run by its first host and the evidence from it. Without a host, `none` makes the finding from the reason why
 * nothing was run.
 */
export function onFirstHost<Result>(
  observation: Observation,
  judge: (host: HostObservation, evidence: Evidence) => Result,
  none: (reason: string) => Finding = skipped,
): Result | Finding {
  const [host] = observation.hosts;
  if (host === undefined) return none(observation.cannot ?? 'nothing was run');
  return judge(host, evidenceOf(observation, host));
}
