import type { ChannelDeclaration } from '../../algorithm/channel.ts';
import { defineAlgorithm } from '../../algorithm/index.ts';
import { HYPERPARAMETERS } from './hyperparameters.ts';
import { checkLoss } from './loss-of.ts';
import { METRICS } from './metrics.ts';

const CHANNEL = {
  contentTypes: [
    'application/x-recordio-protobuf',
    { type: 'text/csv', parameters: { label_size: { type: 'integer', min: 0, default: 1 } } },
  ],
  defaultContentType: 'application/x-recordio-protobuf',
  inputModes: ['File', 'FastFile', 'Pipe'],
  compression: ['None', 'Gzip'],
} as const satisfies ChannelDeclaration;

/**
 * Linear learner as AWS documents its own: "Linear learner hyperparameters" and "Tune a linear learner model" of the
 * SageMaker developer guide.
 *
 * @example
 * ```ts
 * import { linearLearner } from 'optml/algorithms/linear-learner';
 *
 * console.log(Object.keys(linearLearner.hyperparameters).includes('predictor_type')); // true
 * ```
 */
export const linearLearner = defineAlgorithm({
  name: 'linear-learner',
  description: 'Learns a linear function for regression, or for classification into two or more classes.',
  hyperparameters: HYPERPARAMETERS,
  channels: {
    train: { ...CHANNEL, required: true, description: 'Rows with labels.' },
    validation: {
      ...CHANNEL,
      description: 'Rows that choose the best model and its threshold, and stop training early.',
    },
    test: { ...CHANNEL, description: 'Rows that score the final model.' },
  },
  metrics: METRICS,
  check: checkLoss,
  train: async (context) => {
    const { trainLinearLearner } = await import('./train-linear-learner.ts');
    await trainLinearLearner(context);
  },
});

/** What the training function gets. */
export type LinearLearnerContext = Parameters<typeof linearLearner.train>[0];
