import type { GetMetricStatisticsCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { JobStore } from '../../jobs/job-store.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidCombination, invalidValue } from './cloudwatch-errors.ts';
import { jobOf, NAMESPACE } from './metric-name.ts';
import { periodsOf, SIMPLE_STATISTICS, type Statistic, statisticOf } from './statistics.ts';
import { checkPoints, periodOf, timeRange } from './time-range.ts';

const MOST_POINTS = 1440;

/** GetMetricStatistics: what a metric of a job was in each period. */
export async function getMetricStatistics(input: Input, store: JobStore) {
  const reader = new InputReader(input, invalidValue);
  const namespace = reader.requiredText('Namespace');
  const metric = reader.requiredText('MetricName');
  const job = jobOf(reader);
  const { from, until } = timeRange(reader);
  const periodSeconds = periodOf(reader);
  const unit = reader.text('Unit');
  const simple = statistics(reader.texts('Statistics', 5), (name) =>
    (SIMPLE_STATISTICS as readonly string[]).includes(name),
  );
  const extended = statistics(reader.texts('ExtendedStatistics', 10), (name) => name.startsWith('p'));
  if (simple.length + extended.length === 0) {
    throw invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  }
  checkPoints({ from, until }, periodSeconds, MOST_POINTS);
  // What programs print has no unit.
  const isKnown = namespace === NAMESPACE && (unit === undefined || unit === 'None');
  const query = { metric, from, until, periodSeconds, needsValues: extended.length > 0 };
  const [periods = []] = isKnown && job !== undefined ? await periodsOf(store, job, [query]) : [];
  return {
    Label: metric,
    Datapoints: periods.map((period) => ({
      Timestamp: new Date(period.start),
      ...Object.fromEntries(simple.map(([name, statistic]) => [name, statistic(period)])),
      ...(extended.length > 0 && {
        ExtendedStatistics: Object.fromEntries(extended.map(([name, statistic]) => [name, statistic(period)])),
      }),
      Unit: 'None' as const,
    })),
  } satisfies Omit<GetMetricStatisticsCommandOutput, '$metadata'>;
}

function statistics(
  names: readonly string[] | undefined,
  isOfKind: (name: string) => boolean,
): readonly (readonly [name: string, statistic: Statistic])[] {
  return [...new Set(names ?? [])].map((name) => {
    const statistic = isOfKind(name) ? statisticOf(name) : undefined;
    if (statistic === undefined) throw invalidValue(`The value ${name} for parameter Statistics is not supported.`);
    return [name, statistic];
  });
}
