import type { Hyperparameters } from '../../algorithm/index.ts';

/** `true`, `false`, or what fits the kind of labels. */
const AUTO_BOOLEAN = { type: 'boolean', words: ['auto'] } as const;

/** A number of at least 0 and below 1, or `auto`. */
const AUTO_RATE = { type: 'continuous', min: 0, lessThan: 1, words: ['auto'], default: 'auto' } as const;

const POSITIVE = { type: 'continuous', greaterThan: 0 } as const;
const AUTO_POSITIVE = { ...POSITIVE, words: ['auto'], default: 'auto' } as const;
const AUTO_PENALTY = { type: 'continuous', min: 0, words: ['auto'], default: 'auto' } as const;
const PART = { type: 'continuous', greaterThan: 0, lessThan: 1 } as const;

/** Names, types, ranges and defaults of AWS's table "Linear learner hyperparameters"; values of `auto` are this project's. */
export const HYPERPARAMETERS = {
  predictor_type: {
    type: 'categorical',
    values: ['binary_classifier', 'multiclass_classifier', 'regressor'],
    required: true,
    description: 'The kind of labels.',
  },
  num_classes: {
    type: 'integer',
    min: 3,
    max: 1_000_000,
    requiredWhen: { predictor_type: ['multiclass_classifier'] },
    description: 'Number of classes; labels are 0 to num_classes - 1.',
  },
  feature_dim: {
    type: 'integer',
    min: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of features in the data. auto: as many as the first row has.',
  },
  accuracy_top_k: {
    type: 'integer',
    min: 1,
    default: 3,
    description: 'The top-k accuracy is the part of the rows whose class has one of the k highest scores.',
  },
  balance_multiclass_weights: {
    type: 'boolean',
    default: false,
    description: 'Whether each class has the same weight in the loss.',
  },
  beta_1: { ...AUTO_RATE, description: 'Decay of the first moment, for adam. auto: 0.9.' },
  beta_2: { ...AUTO_RATE, description: 'Decay of the second moment, for adam. auto: 0.999.' },
  bias_lr_mult: { ...AUTO_POSITIVE, description: 'Factor of the learning rate for the bias. auto: 1.' },
  bias_wd_mult: { ...AUTO_PENALTY, description: 'Factor of wd for the bias. auto: 0.' },
  binary_classifier_model_selection_criteria: {
    type: 'categorical',
    values: [
      'accuracy',
      'f1',
      'f_beta',
      'precision_at_target_recall',
      'recall_at_target_precision',
      'cross_entropy_loss',
      'loss_function',
    ],
    default: 'accuracy',
    description: 'How models of a binary classifier are compared, and how its threshold is chosen.',
  },
  early_stopping_patience: {
    type: 'integer',
    min: 1,
    default: 3,
    description: 'Training ends after so many epochs without improvement.',
  },
  early_stopping_tolerance: {
    ...POSITIVE,
    default: 0.001,
    description: 'Least improvement that counts, as a part of the best value so far.',
  },
  epochs: { type: 'integer', min: 1, default: 15, description: 'Most passes over the training data.' },
  f_beta: { ...POSITIVE, default: 1.0, description: 'Beta of the F score.' },
  huber_delta: {
    ...POSITIVE,
    default: 1.0,
    description: 'Error from which huber_loss is linear, in the unit of the label.',
  },
  init_bias: { type: 'continuous', default: 0, description: 'First value of the bias.' },
  init_method: {
    type: 'categorical',
    values: ['uniform', 'normal'],
    default: 'uniform',
    description: 'Distribution of the first weights.',
  },
  init_scale: {
    ...POSITIVE,
    default: 0.07,
    description: 'For uniform: first weights are between minus this and this.',
  },
  init_sigma: { ...POSITIVE, default: 0.01, description: 'For normal: standard deviation of the first weights.' },
  l1: {
    ...AUTO_PENALTY,
    tunable: { min: 1e-7, max: 1 },
    description: 'L1 regularization. auto: models with 0 and with 0.0001.',
  },
  learning_rate: {
    ...AUTO_POSITIVE,
    tunable: { min: 1e-5, max: 1 },
    description:
      'Step size of the optimizer. auto: models with a third, a tenth and three times of 0.1 (adam), 0.01 (rmsprop), or 1 / feature_dim and at most 0.1 (sgd).',
  },
  loss: {
    type: 'categorical',
    values: [
      'auto',
      'logistic',
      'squared_loss',
      'absolute_loss',
      'hinge_loss',
      'eps_insensitive_squared_loss',
      'eps_insensitive_absolute_loss',
      'quantile_loss',
      'huber_loss',
      'softmax_loss',
    ],
    default: 'auto',
    description: 'The loss. auto: squared_loss, logistic or softmax_loss.',
  },
  loss_insensitivity: {
    ...POSITIVE,
    default: 0.01,
    description: 'Smaller errors do not count in eps_insensitive losses; in the unit of the label.',
  },
  lr_scheduler_factor: {
    ...PART,
    words: ['auto'],
    default: 'auto',
    description:
      'Factor of the learning rate every lr_scheduler_step batches. auto: to 1 % at the end; 0.99 for data that does not fit into memory.',
  },
  lr_scheduler_minimum_lr: { ...AUTO_POSITIVE, description: 'Lowest learning rate. auto: 0.00001.' },
  lr_scheduler_step: {
    type: 'integer',
    min: 1,
    words: ['auto'],
    default: 'auto',
    description:
      'Batches between two falls of the learning rate. auto: a hundredth of all; 100 for data that does not fit into memory.',
  },
  margin: { ...POSITIVE, default: 1.0, description: 'Margin of hinge_loss.' },
  mini_batch_size: {
    type: 'integer',
    min: 1,
    default: 1000,
    tunable: { min: 100, max: 5000 },
    description: 'Number of rows in a batch.',
  },
  momentum: { ...AUTO_RATE, description: 'Momentum of sgd. auto: 0.9.' },
  normalize_data: {
    ...AUTO_BOOLEAN,
    default: true,
    description: 'Whether features are scaled to a standard deviation of 1. auto: true.',
  },
  normalize_label: {
    ...AUTO_BOOLEAN,
    default: 'auto',
    description: 'Whether labels of a regressor are scaled to a standard deviation of 1. auto: true.',
  },
  num_calibration_samples: {
    type: 'integer',
    min: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Rows of the validation data that choose the threshold. auto: all in memory.',
  },
  num_models: {
    type: 'integer',
    min: 1,
    words: ['auto'],
    default: 'auto',
    description:
      'Models that are trained at the same time: the given hyperparameters and values near them. auto: at most 32.',
  },
  num_point_for_scaler: {
    type: 'integer',
    min: 1,
    default: 10_000,
    description: 'Rows from which mean and standard deviation are computed.',
  },
  optimizer: {
    type: 'categorical',
    values: ['auto', 'sgd', 'adam', 'rmsprop'],
    default: 'auto',
    description: 'The optimizer. auto: adam.',
  },
  positive_example_weight_mult: {
    ...POSITIVE,
    words: ['auto', 'balanced'],
    default: 1.0,
    tunable: { min: 1e-5, max: 1e5 },
    description:
      'Weight of positive rows of a binary classifier. balanced: negative rows for each positive one. auto: models with 1 and with the balanced weight.',
  },
  quantile: {
    ...PART,
    default: 0.5,
    description: 'Part of the labels that should be below the prediction, for quantile_loss.',
  },
  target_precision: { ...PART, default: 0.8, description: 'For recall_at_target_precision.' },
  target_recall: { ...PART, default: 0.8, description: 'For precision_at_target_recall.' },
  unbias_data: {
    ...AUTO_BOOLEAN,
    default: 'auto',
    description: 'Whether features are shifted to a mean of 0. auto: use_bias.',
  },
  unbias_label: {
    ...AUTO_BOOLEAN,
    default: 'auto',
    description: 'Whether labels of a regressor are shifted to a mean of 0. auto: use_bias.',
  },
  use_bias: { type: 'boolean', default: true, tunable: true, description: 'Whether the model has a bias.' },
  use_lr_scheduler: { type: 'boolean', default: true, description: 'Whether the learning rate falls.' },
  wd: {
    ...AUTO_PENALTY,
    tunable: { min: 1e-7, max: 1 },
    description:
      'L2 regularization: half of it times the squared weights. auto: models with 0.0001, 0.001, 0.01 and 0.',
  },
  force_dense: { type: 'boolean', default: true, description: 'Accepted and ignored, as older SDKs send it.' },
  _tuning_objective_metric: {
    type: 'text',
    default: '',
    description: 'The objective of a tuning job, which sends it: one model is trained, whatever num_models is.',
  },
} as const satisfies Hyperparameters;
