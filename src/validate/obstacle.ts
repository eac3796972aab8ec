import type { OptmlError } from '../errors/error.ts';
import { jobEnd } from './checks/job-end.ts';
import { type Reproduce, repeatable } from './reproduce.ts';
import { shownEvidence, shownText } from './shown-evidence.ts';
import type { Subject } from './subject.ts';
import type { CheckResult, Obstacle } from './validation-report.ts';

const GIVE_JOB =
  'Give the hyperparameters and channels that it needs: --job job.json. Or run the job: optml run job.json';
const SUCCESS_CHECK = 'success-run';
const REPAIR_JOB = 'Repair the job until it succeeds: optml run job.json';
const CHOOSE = 'Choose other checks (optml validate --list), or give what these need.';

/**
 * Why a validation shows nothing: the job did not succeed, which checks build on, or no check could be asked. Undefined where
 * the checks that were wanted have their answers.
 */
export async function findObstacle(
  results: readonly CheckResult[],
  subject: Subject,
  reproduce: Reproduce,
): Promise<Obstacle | undefined> {
  if (results.some(lacksSuccess)) return describeJob(subject, reproduce);
  const asked = results.filter(({ cause }) => cause !== 'left out');
  if (asked.some(({ status }) => status !== 'skipped')) return undefined;
  const reasons = [...new Set(asked.map(({ verdict }) => verdict))];
  return { reason: 'none of these checks could be asked', evidence: { notes: reasons }, fix: CHOOSE };
}

/** The same for a target that could not be run at all. */
export function obstacleOf({ message, where, fix }: OptmlError): Obstacle {
  const evidence = where === undefined ? {} : { notes: where.split('\n').map((line) => shownText(line)) };
  return { reason: shownText(message), evidence, fix: fix ?? CHOOSE };
}

function lacksSuccess({ id, status, cause }: CheckResult): boolean {
  if (cause === 'no successful run') return true;
  return id === SUCCESS_CHECK && cause !== 'left out' && status !== 'pass';
}

async function describeJob(subject: Subject, reproduce: Reproduce): Promise<Obstacle> {
  const { end, evidence } = await jobEnd(subject);
  const fix = subject.job === undefined ? GIVE_JOB : REPAIR_JOB;
  return {
    reason: shownText(`the job ${end}`),
    evidence: shownEvidence(repeatable(evidence, reproduce(SUCCESS_CHECK))),
    fix,
  };
}
