import type { Evidence } from '../check.ts';
import type { HostObservation } from '../observe/observation.ts';
import type { Subject } from '../subject.ts';
import { wrongLineEnds } from './drivers/drivers-line-ends.ts';
import { evidenceOf } from './support/evidence.ts';
import { describeEnd, hasSucceeded } from './support/outcome.ts';
import { SUCCESS } from './support/scenarios.ts';

/** How the job as it is ended, and what that rests on. Where it has been observed already, this runs nothing. */
export async function jobEnd(subject: Subject): Promise<{ readonly end: string; readonly evidence: Evidence }> {
  const observation = await subject.observe(SUCCESS);
  const [host] = observation.hosts;
  if (host === undefined)
    return { end: `was not run: ${observation.cannot ?? 'the reason is not known'}`, evidence: {} };
  return { end: describeJobEnd(host, subject), evidence: evidenceOf(observation, host) };
}

/** How a host of the job as it is ended, with a cause in the job that the error of the host does not name. */
export function describeJobEnd(host: HostObservation, subject: Subject): string {
  const end = describeEnd(host);
  const cause = hasSucceeded(host) ? undefined : wrongLineEnds(subject);
  return cause === undefined ? end : `${end}. Perhaps because ${cause}`;
}
