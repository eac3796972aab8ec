import type { Baseline } from './baseline.ts';
import { type CheckResult, isFinding, type ValidationReport } from './validation-report.ts';

/** The verdict on all results, and how many ended how. */
export function sumUp(results: readonly CheckResult[]): Pick<ValidationReport, 'verdict' | 'counts'> {
  const hasFailed = results.some((result) => result.severity === 'must' && isFinding(result));
  return { verdict: hasFailed ? 'fail' : 'pass', counts: countsOf(results) };
}

function countsOf(results: readonly CheckResult[]): ValidationReport['counts'] {
  const accepted = results.filter((result) => result.accepted !== undefined).length;
  const count = (status: CheckResult['status']) => results.filter((result) => result.status === status).length;
  return {
    pass: count('pass'),
    fail: count('fail') - accepted,
    accepted,
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
