import type { MetricDeclarations } from '../metric.ts';
import { metricRegex } from '../metric-line.ts';
import type { MetricDefinition } from './specification-types.ts';

/**
 * The `MetricDefinitions` of an algorithm, for `AlgorithmSpecification` of a training job.
 *
 * @example
 * ```ts
 * import { metricDefinitions } from 'optml/algorithm';
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * const AlgorithmSpecification = { TrainingImage: 'optml:kmeans', MetricDefinitions: metricDefinitions(kmeans) };
 * console.log(AlgorithmSpecification);
 * ```
 */
export function metricDefinitions({ metrics }: { readonly metrics: MetricDeclarations }): MetricDefinition[] {
  return Object.entries(metrics).map(([name, metric]) => ({ Name: name, Regex: metricRegex(name, metric) }));
}
