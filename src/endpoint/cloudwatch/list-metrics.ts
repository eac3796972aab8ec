import type { ListMetricsCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { JobStore } from '../../jobs/job-store.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidValue } from './cloudwatch-errors.ts';
import { jobDimension, NAMESPACE } from './metric-name.ts';
import { readMetricPoints } from './metric-points.ts';

const PAGE = 500;

/** ListMetrics: the metrics that have values, of one job or of all, newest job first. */
export async function listMetrics(input: Input, store: JobStore) {
  const reader = new InputReader(input, invalidValue);
  const namespace = reader.text('Namespace');
  const name = reader.text('MetricName');
  const token = reader.text('NextToken');
  const jobs = (namespace ?? NAMESPACE) === NAMESPACE ? jobsOf(reader, store) : [];
  const start = token === undefined ? 0 : jobs.indexOf(token);
  if (start < 0) throw invalidValue('The parameter NextToken is not one of ListMetrics.');
  const metrics: { Namespace: string; MetricName: string; Dimensions: ReturnType<typeof jobDimension> }[] = [];
  for (const job of jobs.slice(start)) {
    // A job has at most 40 metrics: none is cut by the end of a page.
    if (metrics.length > PAGE - 40) return answer(metrics, job);
    for (const metric of await namesOf(store, job)) {
      if (name !== undefined && metric !== name) continue;
      metrics.push({ Namespace: NAMESPACE, MetricName: metric, Dimensions: jobDimension(job) });
    }
  }
  return answer(metrics, undefined);
}

function answer(Metrics: { Namespace: string; MetricName: string }[], next: string | undefined) {
  return { Metrics, ...(next !== undefined && { NextToken: next }) } satisfies Omit<
    ListMetricsCommandOutput,
    '$metadata'
  >;
}

/** The jobs whose metrics fit the dimensions: each of them must be the job's name, with or without a value. */
function jobsOf(reader: InputReader, store: JobStore): readonly string[] {
  const dimensions = reader
    .structures('Dimensions', 10)
    .map((dimension) => ({ Name: dimension.requiredText('Name'), Value: dimension.text('Value') }));
  const [{ Name: own } = { Name: '' }] = jobDimension('');
  if (dimensions.some(({ Name }) => Name !== own)) return [];
  const value = dimensions.find(({ Value }) => Value !== undefined)?.Value;
  return value !== undefined ? [value] : store.list().map(({ TrainingJobName }) => TrainingJobName);
}

// While a job runs, its record does not have the names yet.
async function namesOf(store: JobStore, job: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  await readMetricPoints(store, job, ({ name, value }) => {
    if (Number.isFinite(value)) names.add(name);
  });
  return names;
}
