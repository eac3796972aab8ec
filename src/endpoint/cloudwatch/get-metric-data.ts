import type { GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { JobStore } from '../../jobs/job-store.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidValue } from './cloudwatch-errors.ts';
import { jobOf, NAMESPACE } from './metric-name.ts';
import { isPercentile, type Period, periodsOf, type SeriesQuery, type Statistic, statisticOf } from './statistics.ts';
import { checkPoints, periodOf, timeRange } from './time-range.ts';

// Of one series.
const MOST_POINTS = 100_800;

/** A query with what answers it. */
interface Wanted {
  readonly id: string;
  readonly label: string;
  /** Undefined for metrics that are not those of a job. */
  readonly job: string | undefined;
  readonly series: SeriesQuery;
  readonly statistic: Statistic;
}

/** GetMetricData: one series for each query. The points of a job are read once. */
export async function getMetricData(input: Input, store: JobStore) {
  const reader = new InputReader(input, invalidValue);
  const range = timeRange(reader);
  const queries = reader.structures('MetricDataQueries', 500);
  if (queries.length === 0) throw invalidValue('The parameter MetricDataQueries is required.');
  const isAscending = reader.choice('ScanBy', ['TimestampDescending', 'TimestampAscending']) === 'TimestampAscending';
  const ids = queries.map((query) => query.requiredText('Id', 255));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw invalidValue(`The Id "${twice}" is used by more than one member of MetricDataQueries.`);
  const wanted = queries.filter(isReturned).map((query) => wantedOf(query, range));
  const periods = await periodsOfAll(wanted, store);
  const results = wanted.map((one) => {
    const found = periods.get(one) ?? [];
    const sorted = isAscending ? found : found.toReversed();
    return {
      Id: one.id,
      Label: one.label,
      Timestamps: sorted.map(({ start }) => new Date(start)),
      Values: sorted.map(one.statistic),
      StatusCode: 'Complete' as const,
    };
  });
  return { MetricDataResults: results, Messages: [] } satisfies Omit<GetMetricDataCommandOutput, '$metadata'>;
}

function isReturned(query: InputReader): boolean {
  return !query.has('ReturnData') || query.flag('ReturnData');
}

function wantedOf(query: InputReader, range: { readonly from: number; readonly until: number }): Wanted {
  const wanted = query.structure('MetricStat');
  if (wanted === undefined) {
    throw invalidValue('Expressions over metrics are not part of optml: each query needs a MetricStat.');
  }
  const metric = wanted.structure('Metric');
  if (metric === undefined) throw invalidValue('The parameter MetricDataQueries.MetricStat.Metric is required.');
  const stat = wanted.requiredText('Stat');
  const statistic = statisticOf(stat);
  if (statistic === undefined) throw invalidValue(`The value ${stat} for parameter MetricStat.Stat is not supported.`);
  const name = metric.requiredText('MetricName');
  const periodSeconds = periodOf(wanted);
  checkPoints(range, periodSeconds, MOST_POINTS);
  return {
    id: query.requiredText('Id'),
    label: query.text('Label', 2048) ?? name,
    job: metric.requiredText('Namespace') === NAMESPACE ? jobOf(metric) : undefined,
    series: { ...range, metric: name, periodSeconds, needsValues: isPercentile(stat) },
    statistic,
  };
}

async function periodsOfAll(
  wanted: readonly Wanted[],
  store: JobStore,
): Promise<ReadonlyMap<Wanted, readonly Period[]>> {
  const found = new Map<Wanted, readonly Period[]>();
  for (const job of new Set(wanted.map((one) => one.job))) {
    if (job === undefined) continue;
    const ofJob = wanted.filter((one) => one.job === job);
    const periods = await periodsOf(
      store,
      job,
      ofJob.map((one) => one.series),
    );
    for (const [index, one] of ofJob.entries()) found.set(one, periods[index] ?? []);
  }
  return found;
}
