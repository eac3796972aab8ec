import type { Evidence } from '../check.ts';
import type { Subject } from '../subject.ts';
import { evidenceOf } from './support/evidence.ts';
import { describeEnd } from './support/outcome.ts';
import { SUCCESS } from './support/scenarios.ts';

/** How the job as it is ended, and what that rests on. Where it has been observed already, this runs nothing. */
export async function jobEnd(subject: Subject): Promise<{ readonly end: string; readonly evidence: Evidence }> {
  const observation = await subject.observe(SUCCESS);
  const [host] = observation.hosts;
  if (host === undefined)
    return { end: `was not run: ${observation.cannot ?? 'the reason is not known'}`, evidence: {} };
  return { end: describeEnd(host), evidence: evidenceOf(observation, host) };
}
