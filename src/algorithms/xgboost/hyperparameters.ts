import { CONTAINER_HYPERPARAMETERS } from './container-hyperparameters.ts';
import { EVALUATION_METRIC_RULE, isEvaluationMetric } from './metrics.ts';

const SAMPLED_COLUMNS = { type: 'continuous', greaterThan: 0, max: 1, default: 1 } as const;
const PART = { type: 'continuous', min: 0, max: 1 } as const;
const SWITCH = { type: 'integer', min: 0, max: 1 } as const;
const FLAG = { type: 'categorical', values: ['true', 'false'] } as const;

/** The tree updaters and linear updaters that AWS's container accepts. */
export const UPDATERS = [
  ...['grow_colmaker', 'distcol', 'grow_histmaker', 'grow_local_histmaker', 'grow_skmaker'],
  ...['grow_quantile_histmaker', 'sync', 'refresh', 'prune', 'shotgun', 'coord_descent'],
] as const;

/** The objectives that AWS's container accepts. */
const OBJECTIVES = [
  'binary:hinge',
  'binary:logistic',
  'binary:logitraw',
  'count:poisson',
  'multi:softmax',
  'multi:softprob',
  'rank:map',
  'rank:ndcg',
  'rank:pairwise',
  'reg:absoluteerror',
  'reg:gamma',
  'reg:linear',
  'reg:logistic',
  'reg:pseudohubererror',
  'reg:squarederror',
  'reg:squaredlogerror',
  'reg:tweedie',
  'survival:aft',
  'survival:cox',
] as const;

// A tuple of Python, or a JSON list.
const CONSTRAINTS = /^\s*[([]\s*(?:-1|0|1)\s*(?:,\s*(?:-1|0|1)\s*)*,?\s*[)\]]\s*$/;

/**
 * The hyperparameters of XGBoost as AWS documents and checks them. Sources: "XGBoost hyperparameters" and "Tune an XGBoost Model"
 * of the SageMaker developer guide; hyperparameter_validation.py of AWS's open-source container for those that the guide omits.
 */
export const XGBOOST_HYPERPARAMETERS = {
  num_round: {
    type: 'integer',
    required: true,
    min: 1,
    tunable: { min: 1, max: 4000, scale: 'linear' },
    description: 'Number of rounds.',
  },
  num_class: {
    type: 'integer',
    min: 2,
    requiredWhen: { objective: ['multi:softmax', 'multi:softprob'] },
    description: 'Number of classes.',
  },
  alpha: {
    type: 'continuous',
    min: 0,
    default: 0,
    aliases: ['reg_alpha'],
    tunable: { min: 0, max: 1000, scale: 'linear' },
    description: 'L1 regularization of weights.',
  },
  base_score: { type: 'continuous', min: 0, default: 0.5, description: 'First prediction of all rows.' },
  booster: {
    type: 'categorical',
    values: ['gbtree', 'gblinear', 'dart'],
    default: 'gbtree',
    description: 'Trees, a linear model, or trees with dropout.',
  },
  colsample_bylevel: {
    ...SAMPLED_COLUMNS,
    tunable: { min: 0.1, max: 1, scale: 'linear' },
    description: 'Part of the columns for each level.',
  },
  colsample_bynode: {
    ...SAMPLED_COLUMNS,
    tunable: { min: 0.1, max: 1, scale: 'linear' },
    description: 'Part of the columns for each node.',
  },
  colsample_bytree: {
    ...SAMPLED_COLUMNS,
    tunable: { min: 0.5, max: 1, scale: 'linear' },
    description: 'Part of the columns for each tree.',
  },
  csv_weights: {
    ...SWITCH,
    default: 0,
    description: '1: the column behind the label of CSV data is the weight of the row.',
  },
  deterministic_histogram: { ...FLAG, default: 'true', description: 'Has no effect: only for GPUs.' },
  early_stopping_rounds: {
    type: 'integer',
    min: 1,
    description: 'Training ends when the last metric of the channel validation has not improved for so many rounds.',
  },
  eta: {
    ...PART,
    default: 0.3,
    aliases: ['learning_rate'],
    tunable: { min: 0.1, max: 0.5, scale: 'linear' },
    description: 'Shrinks the step of each round.',
  },
  eval_metric: {
    type: 'list',
    of: {
      type: 'text',
      check: (value: string) => (isEvaluationMetric(value) ? undefined : EVALUATION_METRIC_RULE),
    },
    unique: true,
    description: 'Metrics of the rounds. By default one that fits the objective.',
  },
  gamma: {
    type: 'continuous',
    min: 0,
    default: 0,
    aliases: ['min_split_loss'],
    tunable: { min: 0, max: 5, scale: 'linear' },
    description: 'Least reduction of the loss for another split.',
  },
  grow_policy: {
    type: 'categorical',
    values: ['depthwise', 'lossguide'],
    default: 'depthwise',
    description: 'Where nodes are added.',
  },
  interaction_constraints: {
    type: 'list',
    of: { type: 'list', of: { type: 'integer', min: 0 } },
    description: 'Groups of features that may interact, such as [[1,2],[3,4,5]].',
  },
  lambda: {
    type: 'continuous',
    min: 0,
    default: 1,
    aliases: ['reg_lambda'],
    tunable: { min: 0, max: 1000, scale: 'linear' },
    description: 'L2 regularization of weights.',
  },
  lambda_bias: { ...PART, default: 0, description: 'L2 regularization of the bias.' },
  max_bin: { type: 'integer', min: 0, default: 256, description: 'Most bins of a feature.' },
  max_delta_step: {
    type: 'continuous',
    min: 0,
    default: 0,
    tunable: { min: 0, max: 10, scale: 'linear' },
    description: 'Largest step of a leaf. 0: no limit.',
  },
  max_depth: {
    type: 'integer',
    min: 0,
    default: 6,
    tunable: { min: 0, max: 10, scale: 'linear' },
    description: 'Largest depth of a tree. 0: no limit.',
  },
  max_leaves: { type: 'integer', min: 0, default: 0, description: 'Most leaves. 0: no limit.' },
  min_child_weight: {
    type: 'continuous',
    min: 0,
    default: 1,
    tunable: { min: 0, max: 120, scale: 'linear' },
    description: 'Least sum of weights in a child.',
  },
  monotone_constraints: {
    type: 'text',
    default: '(0, 0)',
    check: (value: string) => (CONSTRAINTS.test(value) ? undefined : 'must be a tuple of -1, 0 and 1, such as (0, 1)'),
    description: 'For each feature: -1 decreasing, 0 none, 1 increasing.',
  },
  normalize_type: {
    type: 'categorical',
    values: ['tree', 'forest'],
    default: 'tree',
    description: 'dart: how new trees are weighted.',
  },
  nthread: { type: 'integer', min: 1, description: 'Threads. By default all processors.' },
  objective: {
    type: 'categorical',
    values: OBJECTIVES,
    default: 'reg:squarederror',
    description: 'What is learned.',
  },
  one_drop: { ...SWITCH, default: 0, description: 'dart: 1: at least one tree is dropped.' },
  process_type: {
    type: 'categorical',
    values: ['default', 'update'],
    default: 'default',
    description: 'New trees, or an update of those that exist.',
  },
  rate_drop: { ...PART, default: 0, description: 'dart: part of the trees that are dropped.' },
  refresh_leaf: { ...SWITCH, default: 1, description: 'updater refresh: 1: leaves are updated, too.' },
  sample_type: {
    type: 'categorical',
    values: ['uniform', 'weighted'],
    default: 'uniform',
    description: 'dart: how dropped trees are chosen.',
  },
  scale_pos_weight: {
    type: 'continuous',
    greaterThan: 0,
    default: 1,
    description: 'Weight of positive rows.',
  },
  seed: {
    type: 'integer',
    greaterThan: -(2 ** 31),
    lessThan: 2 ** 31 - 1,
    default: 0,
    description: 'Seed of random numbers.',
  },
  single_precision_histogram: { ...FLAG, default: 'false', description: 'Has no effect in this version of XGBoost.' },
  sketch_eps: {
    type: 'continuous',
    greaterThan: 0,
    lessThan: 1,
    default: 0.03,
    description: 'Has no effect in this version of XGBoost: use max_bin.',
  },
  skip_drop: { ...PART, default: 0, description: 'dart: probability of a round without dropout.' },
  subsample: {
    type: 'continuous',
    greaterThan: 0,
    max: 1,
    default: 1,
    tunable: { min: 0.5, max: 1, scale: 'linear' },
    description: 'Part of the rows for each round.',
  },
  tree_method: {
    type: 'categorical',
    values: ['auto', 'exact', 'approx', 'hist', 'gpu_hist'],
    default: 'auto',
    description: 'How trees are built.',
  },
  tweedie_variance_power: {
    type: 'continuous',
    greaterThan: 1,
    lessThan: 2,
    default: 1.5,
    description: 'Variance of the Tweedie distribution.',
  },
  updater: {
    type: 'list',
    of: { type: 'categorical', values: UPDATERS },
    default: ['grow_colmaker', 'prune'],
    description: 'Updaters of trees, in their order. By default those of tree_method.',
  },
  verbosity: {
    type: 'integer',
    min: 0,
    max: 3,
    default: 1,
    description: 'Messages of XGBoost: 0 none, 1 warnings, 2 information, 3 all.',
  },
  ...CONTAINER_HYPERPARAMETERS,
} as const;
