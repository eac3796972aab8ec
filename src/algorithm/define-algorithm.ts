import { OptmlError } from '../errors/error.ts';
import type { ChannelDeclarations } from './channel.ts';
import type { Algorithm, AlgorithmDeclaration } from './declaration.ts';
import { declarationProblems } from './declaration-problems.ts';
import type { Hyperparameters } from './hyperparameter.ts';
import type { MetricDeclarations } from './metric.ts';
import { runAlgorithm } from './run/run-algorithm.ts';

/**
 * An algorithm, from one declaration of what it takes and the function that trains.
 *
 * @example
 * ```ts
 * import { channelReader, defineAlgorithm } from 'optml/algorithm';
 *
 * export const algorithm = defineAlgorithm({
 *   name: 'mean',
 *   hyperparameters: { trim: { type: 'continuous', min: 0, lessThan: 0.5, default: 0 } },
 *   channels: { train: { required: true, contentTypes: ['text/csv'] } },
 *   metrics: { 'train:rows': { direction: 'maximize' } },
 *   train: async ({ hyperparameters, channels, reportMetric }) => {
 *     let rows = 0;
 *     for await (const batch of channelReader(channels.train).epoch()) rows += batch.rows;
 *     reportMetric('train:rows', rows * (1 - hyperparameters.trim));
 *   },
 * });
 * export const train = algorithm.main;
 * ```
 * @throws OptmlError ALGORITHM_INVALID for a declaration that contradicts itself.
 */
export function defineAlgorithm<
  const H extends Hyperparameters,
  const C extends ChannelDeclarations,
  const M extends MetricDeclarations,
>(declaration: AlgorithmDeclaration<H, C, M>): Algorithm<H, C, M> {
  const problems = declarationProblems(declaration as unknown as AlgorithmDeclaration);
  if (problems.length > 0) {
    const list = problems.map((problem) => `  ${problem}`).join('\n');
    throw new OptmlError('ALGORITHM_INVALID', `the declaration of ${declaration.name} is wrong:\n${list}`);
  }
  return Object.freeze({ ...declaration, main: () => runAlgorithm(declaration) });
}
