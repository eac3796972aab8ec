import type { OptmlError } from '../errors/error.ts';
import { jobEnd } from './checks/job-end.ts';
import { type Reproduce, repeatable } from './reproduce.ts';
import { shownEvidence, shownText } from './shown-evidence.ts';
import type { Subject } from './subject.ts';
import { type CheckResult, isFinding, type Obstacle } from './validation-report.ts';

const GIVE_JOB =
  'Give the hyperparameters and channels that it needs: --job job.json. Or run the job: optml run job.json';
const SUCCESS_CHECK = 'success-run';
const START_CHECK = 'train-starts';
const REPAIR_JOB = 'Repair the job until it succeeds: optml run job.json';
const CORRECT_COMMAND = 'Correct --command: its program must exist on this machine and be executable.';
const CHOOSE = 'Choose other checks (optml validate --list), or give what these need.';

/**
 * Why a validation shows nothing: the job did not succeed, which checks build on, or no check passed or failed. Undefined where
 * at least one check that was wanted has a result.
 */
export async function findObstacle(
  results: readonly CheckResult[],
  subject: Subject,
  reproduce: Reproduce,
): Promise<Obstacle | undefined> {
  if (results.some(lacksSuccess)) return describeJob(results, subject, reproduce);
  const asked = results.filter(({ cause }) => cause !== 'left out');
  if (asked.some(hasResult)) return undefined;
  const reasons = [...new Set(asked.map(({ verdict }) => verdict))];
  const reason = asked.some(({ status }) => status === 'unknown')
    ? 'none of these checks has a clear result'
    : 'none of these checks could run';
  return { reason, evidence: { notes: reasons }, fix: CHOOSE };
}

/** The same for a target that could not be run at all. */
export function obstacleOf({ message, where, fix }: OptmlError): Obstacle {
  const evidence = where === undefined ? {} : { notes: where.split('\n').map((line) => shownText(line)) };
  return { reason: shownText(message), evidence, fix: fix ?? CHOOSE };
}

function hasResult(result: CheckResult): boolean {
  return result.status === 'pass' || result.status === 'fail' || (result.status === 'unknown' && isFinding(result));
}

function lacksSuccess({ id, status, cause }: CheckResult): boolean {
  if (cause === 'no successful run') return true;
  return id === SUCCESS_CHECK && cause !== 'left out' && status !== 'pass';
}

async function describeJob(results: readonly CheckResult[], subject: Subject, reproduce: Reproduce): Promise<Obstacle> {
  const { end, evidence } = await jobEnd(subject);
  const fixOfJob = subject.job === undefined ? GIVE_JOB : REPAIR_JOB;
  const isMissing = subject.kind === 'command' && (evidence.exitCode === 126 || evidence.exitCode === 127);
  const start = results.find(({ id, status }) => id === START_CHECK && status === 'fail');
  const fix = isMissing ? CORRECT_COMMAND : (start?.fix ?? fixOfJob);
  return {
    reason: shownText(`the job ${end}`),
    evidence: shownEvidence(repeatable(evidence, reproduce(SUCCESS_CHECK))),
    fix,
  };
}
