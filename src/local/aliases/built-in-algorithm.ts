import type { ImageAlias } from '../../aliases/image-alias.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { ALGORITHM_MODULES } from '../../contract/variables.ts';
import type { MetricDefinition } from '../../jobs/metrics/definitions.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

/**
 * The built-in algorithm that the job names, or that runs in place of its image, unless the job brings its own program. `alias`
 * is that of its image.
 */
export function builtInName(
  { HyperParameters, Environment }: TrainingJobRequest,
  alias: ImageAlias | undefined,
): string | undefined {
  if (HyperParameters?.[TOOLKIT_HYPERPARAMETERS.program] !== undefined) return undefined;
  const module = { ...alias?.variables, ...Environment }['SAGEMAKER_TRAINING_MODULE'] ?? '';
  return module.startsWith(ALGORITHM_MODULES) ? module.slice(ALGORITHM_MODULES.length).split(':')[0] : undefined;
}

/** The metrics of the job's built-in algorithm whose names the request does not define. Those of the request come first. */
export async function algorithmMetrics(
  request: TrainingJobRequest,
  alias: ImageAlias | undefined,
): Promise<readonly MetricDefinition[]> {
  const name = builtInName(request, alias);
  if (name === undefined) return [];
  const { metricsOfBuiltIn } = await import('#algorithm/before-start');
  const defined = new Set(request.AlgorithmSpecification?.MetricDefinitions?.map(({ Name }) => Name));
  return metricsOfBuiltIn(name).filter(({ Name }) => !defined.has(Name));
}
