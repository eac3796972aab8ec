import type { GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { JobStore } from '../../jobs/job-store.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidValue } from './cloudwatch-errors.ts';
import { jobOf, NAMESPACE } from './metric-name.ts';
import { isPercentile, periodsOf, statisticOf } from './statistics.ts';
import { periodOf, timeRange } from './time-range.ts';

/** GetMetricData: one series for each query. */
export function getMetricData(input: Input, store: JobStore) {
  const reader = new InputReader(input, invalidValue);
  const range = timeRange(reader);
  const queries = reader.structures('MetricDataQueries', 500);
  if (queries.length === 0) throw invalidValue('The parameter MetricDataQueries is required.');
  const isAscending = reader.choice('ScanBy', ['TimestampDescending', 'TimestampAscending']) === 'TimestampAscending';
  const ids = queries.map((query) => query.requiredText('Id', 255));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw invalidValue(`The Id "${twice}" is used by more than one member of MetricDataQueries.`);
  const results = queries.filter(isReturned).map((query) => {
    const { label, points } = seriesOf(query, range, store);
    const sorted = isAscending ? points : points.toReversed();
    return {
      Id: query.requiredText('Id'),
      Label: query.text('Label', 2048) ?? label,
      Timestamps: sorted.map(({ time }) => new Date(time)),
      Values: sorted.map(({ value }) => value),
      StatusCode: 'Complete' as const,
    };
  });
  return { MetricDataResults: results, Messages: [] } satisfies Omit<GetMetricDataCommandOutput, '$metadata'>;
}

function isReturned(query: InputReader): boolean {
  return !query.has('ReturnData') || query.flag('ReturnData');
}

function seriesOf(
  query: InputReader,
  range: { readonly from: number; readonly until: number },
  store: JobStore,
): { readonly label: string; readonly points: readonly { readonly time: number; readonly value: number }[] } {
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
  const job = metric.requiredText('Namespace') === NAMESPACE ? jobOf(metric) : undefined;
  const periodSeconds = periodOf(wanted);
  if (job === undefined) return { label: name, points: [] };
  const periods = periodsOf(store, { ...range, job, metric: name, periodSeconds, needsValues: isPercentile(stat) });
  return { label: name, points: periods.map((period) => ({ time: period.start, value: statistic(period) })) };
}
