// Compile-time expectations: checked by `npx tsc`, never run.

import { defineAlgorithm, type TrainingChannel, type TrainingContext } from '../../src/algorithm/index.ts';
import type { HyperparameterValue } from '../../src/index.ts';
import { expectType, type Same } from './expect-type.ts';

const algorithm = defineAlgorithm({
  name: 'example',
  hyperparameters: {
    epochs: {
      type: 'integer',
      min: 1,
      required: true,
      check: (value) => (value % 2 === 0 ? undefined : 'must be even'),
    },
    learning_rate: { type: 'continuous', greaterThan: 0, default: 0.1, words: ['auto'] },
    optimizer: { type: 'categorical', values: ['sgd', 'adam'], default: 'sgd' },
    comment: { type: 'text' },
    shuffle: { type: 'boolean', default: true },
    layers: { type: 'list', of: { type: 'integer', min: 1 }, default: [64] },
    metrics: { type: 'list', of: { type: 'categorical', values: ['msd', 'ssd'] } },
    schedule: {
      type: 'object',
      members: { step: { type: 'integer', required: true }, factor: { type: 'continuous' } },
    },
    extra: { type: 'json' },
  },
  channels: {
    train: { required: true, contentTypes: ['text/csv'] },
    validation: { contentTypes: [{ type: 'text/csv', parameters: { label_size: { type: 'integer', default: 1 } } }] },
  },
  metrics: { 'validation:loss': { direction: 'minimize' } },
  check: (values) => (values.epochs > 10 && values.optimizer === 'sgd' ? ['epochs: too many for sgd'] : []),
  train: ({ hyperparameters, channels, reportMetric }) => {
    expectType<Same<typeof hyperparameters.epochs, number>>();
    expectType<Same<typeof hyperparameters.learning_rate, number | 'auto'>>();
    expectType<Same<typeof hyperparameters.optimizer, 'sgd' | 'adam'>>();
    expectType<Same<typeof hyperparameters.comment, string | undefined>>();
    expectType<Same<typeof hyperparameters.shuffle, boolean>>();
    expectType<Same<typeof hyperparameters.layers, readonly number[]>>();
    expectType<Same<typeof hyperparameters.metrics, readonly ('msd' | 'ssd')[] | undefined>>();
    expectType<
      Same<typeof hyperparameters.schedule, { readonly step: number; readonly factor: number | undefined } | undefined>
    >();
    expectType<Same<typeof hyperparameters.extra, HyperparameterValue | undefined>>();
    expectType<Same<typeof channels.train, TrainingChannel>>();
    expectType<Same<typeof channels.validation, TrainingChannel | undefined>>();
    reportMetric('validation:loss', 0.5);
    // @ts-expect-error: no such metric is declared
    reportMetric('loss', 0.5);
    // @ts-expect-error: no such hyperparameter is declared
    hyperparameters.epoch;
    // @ts-expect-error: values are read-only
    hyperparameters.epochs = 3;
    // @ts-expect-error: no such channel is declared
    channels.test;
  },
});

expectType<Same<typeof algorithm.main, () => Promise<void>>>();

/** A training function in a file of its own. */
type Context = Parameters<typeof algorithm.train>[0];
expectType<Context extends TrainingContext ? true : false>();
