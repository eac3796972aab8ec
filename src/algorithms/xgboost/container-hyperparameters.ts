import { ALL_METRICS } from './metrics.ts';

/** Hyperparameters that AWS's guide omits, and that its open-source container takes: hyperparameter_validation.py. */
export const CONTAINER_HYPERPARAMETERS = {
  aft_loss_distribution: {
    type: 'categorical',
    values: ['normal', 'logistic', 'extreme'],
    description: 'survival:aft: the distribution.',
  },
  aft_loss_distribution_scale: { type: 'continuous', min: 0, description: 'survival:aft: its scale.' },
  dsplit: { type: 'categorical', values: ['row', 'col'], description: 'Has no effect in this version of XGBoost.' },
  num_parallel_tree: { type: 'integer', min: 1, description: 'Trees of each round.' },
  predictor: {
    type: 'categorical',
    values: ['auto', 'cpu_predictor', 'gpu_predictor'],
    description: 'Has no effect in this version of XGBoost.',
  },
  prob_buffer_row: { type: 'continuous', greaterThan: 1, description: 'Has no effect in this version of XGBoost.' },
  sampling_method: {
    type: 'categorical',
    values: ['uniform', 'gradient_based'],
    description: 'How rows are sampled.',
  },
  save_model_on_termination: {
    type: 'categorical',
    values: ['true', 'false'],
    description: 'Has no effect: a job that is stopped always saves its model.',
  },
  silent: { type: 'integer', min: 0, max: 1, description: 'Has no effect: use verbosity.' },
  _kfold: { type: 'integer', min: 2, description: 'Cross-validation: number of folds. Saves one model for each.' },
  _num_cv_round: {
    type: 'integer',
    min: 1,
    requires: ['_kfold'],
    description: 'Cross-validation: number of repetitions. By default 1.',
  },
  _tuning_objective_metric: {
    type: 'categorical',
    values: ALL_METRICS.map((name) => `validation:${name}` as const),
    description: 'The metric of a tuning job, which sets it. It is added to eval_metric.',
  },
} as const;
