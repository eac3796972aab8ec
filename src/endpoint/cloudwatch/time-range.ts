import type { InputReader } from '../protocols/input.ts';
import { invalidCombination, invalidValue } from './cloudwatch-errors.ts';

/** `StartTime` and `EndTime` of a request, in milliseconds since 1970. @throws ServiceError if there is no time between. */
export function timeRange(reader: InputReader): { readonly from: number; readonly until: number } {
  const from = reader.requiredTime('StartTime');
  const until = reader.requiredTime('EndTime');
  if (from < until) return { from, until };
  throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
}

// A year.
const LONGEST_PERIOD = 31_536_000;

/** A period in seconds: 1, 5, 10, 20, 30, or a multiple of 60. @throws ServiceError InvalidParameterValue for another. */
export function periodOf(reader: InputReader): number {
  const period = reader.integer('Period', 1, LONGEST_PERIOD);
  if (period === undefined) throw invalidValue('The parameter Period is required.');
  if ([1, 5, 10, 20, 30].includes(period) || period % 60 === 0) return period;
  throw invalidValue('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
}

/** @throws ServiceError InvalidParameterCombination if the time has more periods than an answer may have points. */
export function checkPoints(
  { from, until }: { readonly from: number; readonly until: number },
  periodSeconds: number,
  most: number,
): void {
  const asked = Math.ceil((until - from) / 1000 / periodSeconds);
  if (asked <= most) return;
  throw invalidCombination(
    `You have requested up to ${asked} datapoints, which exceeds the limit of ${most}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
  );
}
