import type { JobStore } from '../../jobs/job-store.ts';
import { metricPoints } from './metric-points.ts';

/** Which points are summed up, and how. Times in milliseconds since 1970. */
export interface SeriesQuery {
  readonly job: string;
  readonly metric: string;
  readonly from: number;
  readonly until: number;
  readonly periodSeconds: number;
  /** Whether the values themselves are needed, for percentiles. */
  readonly needsValues: boolean;
}

/** The values of a metric in one period. */
export interface Period {
  /** Its start, in milliseconds since 1970: a multiple of its length. */
  readonly start: number;
  count: number;
  sum: number;
  least: number;
  most: number;
  readonly values: number[];
}

/**
 * The periods that have values, in their order. A period counts if it reaches into the time that was asked for, so that none
 * is lost where a job began within a period. CloudWatch keeps no NaN and no infinite values: neither are they here.
 */
export function periodsOf(store: JobStore, query: SeriesQuery): readonly Period[] {
  const length = query.periodSeconds * 1000;
  const first = Math.floor(query.from / length) * length;
  const periods = new Map<number, Period>();
  for (const { name, time, value } of metricPoints(store, query.job)) {
    if (name !== query.metric || time < first || time >= query.until || !Number.isFinite(value)) continue;
    const start = Math.floor(time / length) * length;
    const period = periods.get(start) ?? { start, count: 0, sum: 0, least: value, most: value, values: [] };
    periods.set(start, period);
    period.count += 1;
    period.sum += value;
    period.least = Math.min(period.least, value);
    period.most = Math.max(period.most, value);
    if (query.needsValues) period.values.push(value);
  }
  return [...periods.values()].sort((a, b) => a.start - b.start);
}

/** A statistic of a period, as CloudWatch names it. */
export type Statistic = (period: Period) => number;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ least }) => least,
  Maximum: ({ most }) => most,
};

export const SIMPLE_STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

/** The statistic of that name, also a percentile (`p99`, `p99.5`); undefined if there is no such one here. */
export function statisticOf(name: string): Statistic | undefined {
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name];
  const [, digits] = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name) ?? [];
  const percent = Number(digits);
  if (digits === undefined || percent > 100) return undefined;
  return ({ values }) =>
    percentile(
      values.toSorted((a, b) => a - b),
      percent,
    );
}

/** Whether a statistic needs the values themselves. */
export const isPercentile = (name: string): boolean => !Object.hasOwn(SIMPLE, name);

// Between the two values at that place.
function percentile(sorted: readonly number[], percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}
