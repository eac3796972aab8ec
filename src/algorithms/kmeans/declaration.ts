import type { ChannelDeclaration } from '../../algorithm/channel.ts';
import { defineAlgorithm } from '../../algorithm/index.ts';
import { PASS_METRICS } from '../numeric/pass-metrics.ts';

const CHANNEL = {
  contentTypes: [
    'application/x-recordio-protobuf',
    { type: 'text/csv', parameters: { label_size: { type: 'integer', min: 0, default: 0 } } },
  ],
  defaultContentType: 'application/x-recordio-protobuf',
  inputModes: ['File', 'FastFile', 'Pipe'],
  compression: ['None', 'Gzip'],
} as const satisfies ChannelDeclaration;

/**
 * k-means as AWS documents its own: "K-Means Hyperparameters" and "Tune a K-Means Model" of the SageMaker developer guide.
 *
 * @example
 * ```ts
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * console.log(Object.keys(kmeans.hyperparameters).includes('k')); // true
 * ```
 */
export const kmeans = defineAlgorithm({
  name: 'k-means',
  description: 'Finds groups of rows that are near to each other.',
  hyperparameters: {
    k: { type: 'integer', min: 1, required: true, description: 'Number of clusters.' },
    feature_dim: { type: 'integer', min: 1, required: true, description: 'Number of features in the data.' },
    epochs: {
      type: 'integer',
      min: 1,
      default: 1,
      tunable: { min: 1, max: 10 },
      description: 'Number of passes over the training data.',
    },
    eval_metrics: {
      type: 'list',
      of: { type: 'categorical', values: ['msd', 'ssd'] },
      unique: true,
      default: ['msd'],
      description: 'Scores for the test data: mean squared distance, sum of squared distances.',
    },
    extra_center_factor: {
      type: 'integer',
      min: 1,
      words: ['auto'],
      default: 'auto',
      tunable: { min: 4, max: 10 },
      description:
        'Centers that training moves for each cluster; the end reduces them to k. auto: 10, fewer for few rows.',
    },
    half_life_time_size: {
      type: 'integer',
      min: 0,
      default: 0,
      description: 'Number of rows after which a row counts half. 0: all rows count the same.',
    },
    init_method: {
      type: 'categorical',
      values: ['random', 'kmeans++'],
      default: 'random',
      tunable: { values: ['kmeans++', 'random'] },
      description: 'How the first centers are chosen.',
    },
    local_lloyd_init_method: {
      type: 'categorical',
      values: ['random', 'kmeans++'],
      default: 'kmeans++',
      description: "How Lloyd's procedure, which builds the final k centers, chooses its first centers.",
    },
    local_lloyd_max_iter: {
      type: 'integer',
      min: 1,
      default: 300,
      description: "Most iterations of Lloyd's procedure.",
    },
    local_lloyd_num_trials: {
      type: 'integer',
      min: 1,
      words: ['auto'],
      default: 'auto',
      description: "Runs of Lloyd's procedure, of which the best is kept. auto: 10.",
    },
    local_lloyd_tol: {
      type: 'continuous',
      min: 0,
      max: 1,
      default: 0.0001,
      description: "Lloyd's procedure ends when its loss falls by less than this part.",
    },
    mini_batch_size: {
      type: 'integer',
      min: 1,
      default: 5000,
      tunable: { min: 3000, max: 15_000 },
      description: 'Number of rows in a batch.',
    },
    // The SageMaker SDK sends it with each job.
    force_dense: { type: 'boolean', default: true, description: 'Accepted and ignored, as the SDK sends it.' },
    _tuning_objective_metric: {
      type: 'text',
      default: '',
      description: 'Accepted and ignored, as tuning jobs send it.',
    },
  },
  channels: {
    train: { ...CHANNEL, required: true, description: 'The rows to group.' },
    test: { ...CHANNEL, description: 'Rows that score the final model.' },
  },
  metrics: {
    'test:msd': {
      direction: 'minimize',
      line: '#quality_metric: host={host}, test msd <loss>={value}',
      regex: '#quality_metric: host=\\S+, test msd <loss>=(\\S+)',
      description: 'Mean squared distance of the test rows to their nearest centers.',
    },
    'test:ssd': {
      direction: 'minimize',
      line: '#quality_metric: host={host}, test ssd <loss>={value}',
      regex: '#quality_metric: host=\\S+, test ssd <loss>=(\\S+)',
      description: 'Sum of the squared distances of the test rows to their nearest centers.',
    },
    'train:msd': {
      direction: 'minimize',
      line: '#quality_metric: host={host}, train msd <loss>={value}',
      regex: '#quality_metric: host=\\S+, train msd <loss>=(\\S+)',
      objective: false,
      description: 'Mean squared distance of the training rows in memory to their nearest centers.',
    },
    ...PASS_METRICS,
  },
  train: async (context) => {
    const { trainKMeans } = await import('./train-kmeans.ts');
    await trainKMeans(context);
  },
});

/** What the training function gets. */
export type KMeansContext = Parameters<typeof kmeans.train>[0];
