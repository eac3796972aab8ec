import { OptmlError } from '../../errors/error.ts';
import type { ChannelDeclaration } from '../channel.ts';
import { DEFAULT_INPUT_MODES } from '../checks/check-channels.ts';
import type { AlgorithmDeclaration } from '../declaration.ts';
import { hyperparameterSpecifications } from './hyperparameter-specification.ts';
import { metricDefinitions } from './metric-definitions.ts';
import type { ChannelSpecification, TrainingSpecification } from './specification-types.ts';

/** What of an algorithm is written into a specification. */
export type SpecifiedAlgorithm = Pick<
  AlgorithmDeclaration,
  'name' | 'hyperparameters' | 'channels' | 'metrics' | 'distributed'
>;

/** What a declaration does not say. */
export interface SpecificationOptions {
  /** The URI of the algorithm's image in ECR. */
  readonly image: string;
  /** Instance types on which it runs. At least one. */
  readonly instanceTypes: readonly string[];
}

/**
 * The `TrainingSpecification` of an algorithm: for CreateAlgorithm, and for the checks of `optml run` and `optml submit`, which
 * read it from `algorithm.json` beside the source.
 *
 * @throws OptmlError ALGORITHM_INVALID for more than the API accepts: 100 hyperparameters, 8 channels, 40 metrics, or fewer than one channel.
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { trainingSpecification } from 'optml/algorithm';
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/kmeans:latest';
 * const specification = trainingSpecification(kmeans, { image, instanceTypes: ['ml.m5.large'] });
 * writeFileSync('algorithm.json', JSON.stringify(specification));
 * ```
 */
export function trainingSpecification(
  algorithm: SpecifiedAlgorithm,
  { image, instanceTypes }: SpecificationOptions,
): TrainingSpecification {
  const specification: TrainingSpecification = {
    TrainingImage: image,
    SupportedHyperParameters: hyperparameterSpecifications(algorithm.hyperparameters),
    SupportedTrainingInstanceTypes: [...instanceTypes],
    SupportsDistributedTraining: algorithm.distributed === true,
    MetricDefinitions: metricDefinitions(algorithm),
    TrainingChannels: Object.entries(algorithm.channels).map(([name, channel]) => channelSpecification(name, channel)),
    SupportedTuningJobObjectiveMetrics: Object.entries(algorithm.metrics)
      .filter(([, { objective = true }]) => objective)
      .map(([name, { direction }]) => ({
        Type: direction === 'maximize' ? 'Maximize' : 'Minimize',
        MetricName: name,
      })),
  };
  checkCounts(algorithm.name, specification);
  return specification;
}

function channelSpecification(name: string, channel: ChannelDeclaration): ChannelSpecification {
  const { description, required = false, contentTypes, compression = ['None'], inputModes } = channel;
  return {
    Name: name,
    ...(description !== undefined && { Description: description }),
    IsRequired: required,
    SupportedContentTypes: contentTypes.map((declared) => (typeof declared === 'string' ? declared : declared.type)),
    SupportedCompressionTypes: [...compression],
    SupportedInputModes: [...(inputModes ?? DEFAULT_INPUT_MODES)],
  };
}

function checkCounts(name: string, specification: TrainingSpecification): void {
  const counts = [
    ['hyperparameters, with aliases', specification.SupportedHyperParameters.length, 0, 100],
    ['metrics', specification.MetricDefinitions.length, 0, 40],
    ['channels', specification.TrainingChannels.length, 1, 8],
  ] as const;
  for (const [what, count, least, most] of counts) {
    if (count >= least && count <= most) continue;
    throw new OptmlError(
      'ALGORITHM_INVALID',
      `${name} has ${count} ${what}, CreateAlgorithm accepts ${least} to ${most}`,
    );
  }
}
