import type { Floats } from '../batch.ts';
import { RowProblem } from './row-problem.ts';

/** How numbers are checked. */
export interface FiniteChecks {
  readonly name: 'value' | 'label';
  /** NaN is a missing value. */
  readonly mayMiss: boolean;
}

/** Checks that `count` numbers are finite. @throws RowProblem not-finite, value-range. */
export function checkFinite(values: Floats, start: number, count: number, checks: FiniteChecks): void {
  let sum = 0;
  // 0 for finite numbers, else NaN.
  for (let at = start; at < start + count; at++) sum += (values[at] as number) * 0;
  if (sum === 0) return;
  for (let at = start; at < start + count; at++) {
    const value = values[at] as number;
    if (Number.isFinite(value) || (Number.isNaN(value) && checks.mayMiss)) continue;
    const what = `${checks.name} ${at - start + 1}`;
    const fix = 'Replace NaN and infinite values, or remove the row.';
    if (Number.isNaN(value) || values instanceof Float64Array)
      throw new RowProblem('not-finite', `${what} is ${value}`, fix);
    // A number of 64 bits may have been finite.
    throw new RowProblem('value-range', `${what} is infinite, or too large for 32 bits`, 'Scale the values.');
  }
}
