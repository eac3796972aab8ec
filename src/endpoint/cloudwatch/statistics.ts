import type { JobStore } from '../../jobs/job-store.ts';
import type { MetricPoint } from '../../jobs/metrics/metrics-file.ts';
import { readMetricPoints } from './metric-points.ts';

/** Which points of a job are summed up, and how. Times in milliseconds since 1970. */
export interface SeriesQuery {
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
 * For each query the periods that have values, in their order; the points of the job are read once. A period is part of them if it
 * reaches into the time that was asked for, so that none is lost where a job began within a period. CloudWatch keeps no NaN and
 * no infinite values: neither are they here.
 */
export async function periodsOf(
  store: JobStore,
  job: string,
  queries: readonly SeriesQuery[],
): Promise<readonly (readonly Period[])[]> {
  const series = queries.map((query) => new Series(query));
  await readMetricPoints(store, job, (point) => {
    for (const one of series) one.take(point);
  });
  return series.map((one) => one.periods());
}

class Series {
  readonly #query: SeriesQuery;
  /** Milliseconds. */
  readonly #length: number;
  readonly #first: number;
  readonly #periods = new Map<number, Period>();

  constructor(query: SeriesQuery) {
    this.#query = query;
    this.#length = query.periodSeconds * 1000;
    this.#first = Math.floor(query.from / this.#length) * this.#length;
  }

  take({ name, time, value }: MetricPoint): void {
    const { metric, until, needsValues } = this.#query;
    if (name !== metric || time < this.#first || time >= until || !Number.isFinite(value)) return;
    const start = Math.floor(time / this.#length) * this.#length;
    const known = this.#periods.get(start);
    const period = known ?? { start, count: 0, sum: 0, least: value, most: value, values: [] };
    if (known === undefined) this.#periods.set(start, period);
    period.count += 1;
    period.sum += value;
    period.least = Math.min(period.least, value);
    period.most = Math.max(period.most, value);
    if (needsValues) period.values.push(value);
  }

  periods(): readonly Period[] {
    return [...this.#periods.values()].sort((a, b) => a.start - b.start);
  }
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
