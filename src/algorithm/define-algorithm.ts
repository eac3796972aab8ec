import type { ChannelDeclarations } from './channel.ts';
import type { Algorithm, AlgorithmDeclaration } from './declaration.ts';
import type { Hyperparameters } from './hyperparameter.ts';
import type { MetricDeclarations } from './metric.ts';
import { runAlgorithm } from './run-algorithm.ts';

/** An algorithm, from one declaration of what it takes and the function that trains. */
export function defineAlgorithm<
  const H extends Hyperparameters,
  const C extends ChannelDeclarations,
  const M extends MetricDeclarations,
>(declaration: AlgorithmDeclaration<H, C, M>): Algorithm<H, C, M> {
  return Object.freeze({ ...declaration, main: () => runAlgorithm(declaration) });
}
