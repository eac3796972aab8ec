import { EXIT_CODES } from '../contract/exit-codes.ts';
import type { Baseline } from './baseline.ts';
import { type CheckResult, isFinding, type Obstacle, type ValidationReport } from './validation-report.ts';

/** The verdict on all results, and how many ended how. With an obstacle there is none, whatever else was found. */
export function sumUp(
  results: readonly CheckResult[],
  obstacle: Obstacle | undefined,
): Pick<ValidationReport, 'verdict' | 'obstacle' | 'counts'> {
  const counts = countsOf(results);
  if (obstacle !== undefined) return { verdict: 'not validated', obstacle, counts };
  const hasFailed = results.some((result) => result.severity === 'must' && isFinding(result));
  return { verdict: hasFailed ? 'fail' : 'pass', counts };
}

function countsOf(results: readonly CheckResult[]): ValidationReport['counts'] {
  const others = results.filter((result) => !isFinding(result));
  const count = (status: CheckResult['status']) => others.filter((result) => result.status === status).length;
  return {
    pass: count('pass'),
    fail: results.length - others.length,
    accepted: count('fail'),
    unknown: count('unknown'),
    skipped: count('skipped'),
  };
}

/**
 * Notes on entries of the baseline that accept nothing: a check that passes again, or none at all. Such an entry would hide
 * the finding if it came back.
 */
export function staleNotes(baseline: Baseline, results: readonly CheckResult[]): readonly string[] {
  return [...baseline.keys()].flatMap((id) => {
    const result = results.find((one) => one.id === id);
    if (result === undefined) return [`The baseline accepts "${id}", which is no check`];
    return result.status === 'pass' ? [`The baseline accepts "${id}", which passes: take it out`] : [];
  });
}

/** Exit code of a report whose verdict is "not validated": neither a finding nor a wrong command line. */
export const NOT_VALIDATED = 3;

const CODES: Readonly<Record<ValidationReport['verdict'], number>> = {
  pass: EXIT_CODES.success,
  fail: EXIT_CODES.failure,
  'not validated': NOT_VALIDATED,
};

/** The exit code of a report: 0 without a `must` finding, 1 with one, 3 where nothing is validated. */
export function exitCodeOf({ verdict }: ValidationReport): number {
  return CODES[verdict];
}
