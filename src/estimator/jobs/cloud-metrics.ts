import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { hasEnded } from '../../jobs/status.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import { LineMetrics, type MetricUpdate } from '../cloud/line-metrics.ts';
import type { MetricRow } from '../job-platform.ts';
import { linesOf } from './log-lines.ts';
import { metricRows } from './metric-rows.ts';

/**
 * The metrics of a job so far: every value in its log, and the last values that SageMaker shows of metrics that its own
 * algorithms define. CloudWatch would have one average for each minute.
 *
 * @throws the reason of `signal`.
 */
export async function cloudMetrics(
  platform: Pick<CloudPlatform, 'logs'>,
  description: TrainingJobDescription,
  signal?: AbortSignal,
): Promise<readonly MetricRow[]> {
  const { AlgorithmSpecification: algorithm, FinalMetricDataList: finals = [] } = description;
  const definitions = algorithm?.MetricDefinitions ?? [];
  const found = definitions.length === 0 ? [] : await valuesInLog(platform, description, signal);
  const names = new Set(found.map(({ name }) => name));
  const others = finals.filter(({ MetricName }) => !names.has(MetricName));
  return metricRows([
    ...found,
    ...others.map(({ MetricName: name, Value: value, Timestamp: time }) => ({ time: time * 1000, name, value })),
  ]);
}

async function valuesInLog(
  platform: Pick<CloudPlatform, 'logs'>,
  { TrainingJobName: name, TrainingJobStatus: status, AlgorithmSpecification: algorithm }: TrainingJobDescription,
  signal: AbortSignal | undefined,
): Promise<readonly MetricUpdate[]> {
  const metrics = new LineMetrics(algorithm?.MetricDefinitions ?? [], () => undefined);
  const values: MetricUpdate[] = [];
  try {
    // The log of a job that has just ended may not be complete yet.
    for await (const part of platform.logs(name).stream({ isFollowed: hasEnded(status) })) {
      signal?.throwIfAborted();
      for (const line of linesOf(part)) if (metrics.push(line)) values.push(...(await metrics.match()));
    }
    values.push(...(await metrics.match()));
    return values;
  } finally {
    await metrics.close();
  }
}
