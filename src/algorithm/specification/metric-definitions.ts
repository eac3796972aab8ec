import type { MetricDeclarations } from '../metric.ts';
import { metricRegex } from '../metric-line.ts';
import type { MetricDefinition } from './specification-types.ts';

/** The `MetricDefinitions` of an algorithm, for `AlgorithmSpecification` of a training job. */
export function metricDefinitions({ metrics }: { readonly metrics: MetricDeclarations }): MetricDefinition[] {
  return Object.entries(metrics).map(([name, metric]) => ({ Name: name, Regex: metricRegex(name, metric) }));
}
