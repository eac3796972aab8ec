import type { Floats } from '../batch.ts';
import type { DataError, DataRule } from '../data-error.ts';

/** How numbers are checked. */
export interface FiniteChecks {
  /** NaN is a missing value. */
  readonly mayMiss: boolean;
  /** The numbers had 64 bits, and have 32 now. */
  readonly wasDouble: boolean;
  readonly isLabel?: boolean;
  readonly fail: (rule: DataRule, problem: string, fix: string) => DataError;
}

/** Checks that `count` numbers are finite. @throws DataError not-finite, value-range. */
export function checkFinite(values: Floats, start: number, count: number, checks: FiniteChecks): void {
  let sum = 0;
  // 0 for finite numbers, else NaN.
  for (let at = start; at < start + count; at++) sum += (values[at] as number) * 0;
  if (sum === 0) return;
  for (let at = start; at < start + count; at++) {
    const value = values[at] as number;
    if (Number.isFinite(value) || (Number.isNaN(value) && checks.mayMiss && !checks.isLabel)) continue;
    const name = checks.isLabel ? 'label' : 'value';
    if (checks.wasDouble && !Number.isNaN(value)) {
      throw checks.fail(
        'value-range',
        `${name} ${at - start + 1} is infinite, or too large for 32 bits`,
        'Scale the values.',
      );
    }
    throw checks.fail(
      'not-finite',
      `${name} ${at - start + 1} is ${value}`,
      'Replace NaN and infinite values, or remove the row.',
    );
  }
}
