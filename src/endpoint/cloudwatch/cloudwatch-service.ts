import type { JobStore } from '../../jobs/job-store.ts';
import type { Service } from '../http/service.ts';
import type { Input } from '../protocols/input.ts';
import { type JsonOperation, jsonService } from '../protocols/json.ts';
import { type QueryOperation, queryService } from '../protocols/query.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';

type Operation = (input: Input, store: JobStore) => Promise<object>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetMetricStatistics: getMetricStatistics,
  GetMetricData: getMetricData,
  ListMetrics: listMetrics,
};

const SERVED = 'the metrics of training jobs';

/** CloudWatch: the metrics of the jobs of a store, as JSON and as forms. */
export function cloudWatchService(store: JobStore): Service {
  const json = jsonService({
    target: 'GraniteServiceVersion20100801',
    version: '1.0',
    operations: mapOperations(
      (operation): JsonOperation =>
        async (input) =>
          withSeconds(await operation(input, store)) as object,
    ),
    served: SERVED,
  });
  const query = queryService({
    version: '2010-08-01',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    operations: mapOperations(
      (operation): QueryOperation =>
        (input) =>
          operation(input, store),
    ),
    served: SERVED,
  });
  return {
    answer: (request) => (request.headers['x-amz-target'] === undefined ? query : json).answer(request),
  };
}

function mapOperations<Target>(bind: (operation: Operation) => Target): Readonly<Record<string, Target>> {
  return Object.fromEntries(Object.entries(OPERATIONS).map(([name, operation]) => [name, bind(operation)]));
}

// AWS JSON has times as seconds since 1970.
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSeconds(member)]));
}
