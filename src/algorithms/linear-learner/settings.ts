import { ClientError } from '../../algorithm/client-error.ts';
import type { RowSource } from '../numeric/row-source.ts';
import type { LinearLearnerContext } from './declaration.ts';
import type { FitSettings } from './fit.ts';
import { lossOf } from './loss-of.ts';
import { modelPlans } from './plans.ts';
import { scalerOf } from './scaler.ts';
import { type Task, taskOf } from './task.ts';
import { type CriterionSettings, isLoss } from './threshold.ts';

type Given = LinearLearnerContext['hyperparameters'];

/** The settings of training, from hyperparameters and the rows in memory. */
export function fitSettings(given: Given, source: RowSource, hasValidation: boolean): FitSettings {
  const { inMemory, dim, isWhole } = source;
  const isRegressor = given.predictor_type === 'regressor';
  const points = Math.min(given.num_point_for_scaler, inMemory.rows);
  const features = scalerOf(inMemory.features, points, dim, {
    unbias: orElse(given.unbias_data, given.use_bias),
    normalize: orElse(given.normalize_data, true),
  });
  const label = isRegressor
    ? scalerOf(inMemory.labels, points, 1, {
        unbias: orElse(given.unbias_label, given.use_bias),
        normalize: orElse(given.normalize_label, true),
      })
    : undefined;
  const criterion = given.predictor_type === 'binary_classifier' ? criterionSettings(given) : undefined;
  const batches = Math.ceil(inMemory.rows / given.mini_batch_size);
  return {
    task: taskWith(given, label?.deviation[0] ?? 1),
    plans: modelPlans(planSettings(given), {
      dim,
      steps: isWhole ? batches * given.epochs : undefined,
      classWeights: classWeightsOf(given, inMemory.labels),
    }),
    useBias: given.use_bias,
    init: { method: given.init_method, scale: given.init_scale, sigma: given.init_sigma, bias: given.init_bias },
    epochs: given.epochs,
    miniBatchSize: given.mini_batch_size,
    patience: given.early_stopping_patience,
    tolerance: given.early_stopping_tolerance,
    criterion: criterion === undefined || isLoss(criterion.criterion) ? undefined : criterion,
    stopsByLoss: !hasValidation,
    features,
    label,
  };
}

/** How models of a binary classifier are compared. */
export function criterionSettings(given: Given): CriterionSettings {
  return {
    criterion: given.binary_classifier_model_selection_criteria,
    fBeta: given.f_beta,
    targetRecall: given.target_recall,
    targetPrecision: given.target_precision,
  };
}

/** The task, for labels that are not scaled. */
export function unscaledTask(given: Given): Task {
  return taskWith(given, 1);
}

/** The parameters of losses are in the unit of the label, which training divides by its deviation. */
function taskWith(given: Given, deviation: number): Task {
  return taskOf(given.predictor_type, lossOf(given.predictor_type, given.loss), given.num_classes ?? 1, {
    margin: given.margin,
    quantile: given.quantile,
    insensitivity: given.loss_insensitivity / deviation,
    huberDelta: given.huber_delta / deviation,
  });
}

function planSettings(given: Given) {
  return {
    optimizer: given.optimizer,
    learningRate: given.learning_rate,
    momentum: given.momentum,
    beta1: given.beta_1,
    beta2: given.beta_2,
    wd: given.wd,
    l1: given.l1,
    biasLrMult: given.bias_lr_mult,
    biasWdMult: given.bias_wd_mult,
    numModels: given._tuning_objective_metric === '' ? given.num_models : 1,
    useScheduler: given.use_lr_scheduler,
    schedulerStep: given.lr_scheduler_step,
    schedulerFactor: given.lr_scheduler_factor,
    schedulerMinimum: given.lr_scheduler_minimum_lr,
  };
}

/** The weights of classes that models try. */
function classWeightsOf(given: Given, labels: Float64Array): readonly (Float64Array | undefined)[] {
  if (given.predictor_type === 'multiclass_classifier') {
    return given.balance_multiclass_weights ? [balanced(labels, given.num_classes ?? 0)] : [undefined];
  }
  if (given.predictor_type === 'regressor') return [undefined];
  const weight = given.positive_example_weight_mult;
  if (typeof weight === 'number') return [weight === 1 ? undefined : Float64Array.of(1, weight)];
  const positive = labels.reduce((sum, label) => sum + label, 0);
  if (positive === 0 || positive === labels.length) {
    throw new ClientError(`all labels of channel train are ${positive === 0 ? 0 : 1}`, {
      where: 'hyperparameter positive_example_weight_mult',
      fix: `Add rows of the other class, or set a number instead of ${weight}.`,
    });
  }
  const balancing = Float64Array.of(1, (labels.length - positive) / positive);
  return weight === 'balanced' ? [balancing] : [undefined, balancing];
}

/** Each class has the same sum of weights; the mean weight of a row is 1. */
function balanced(labels: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) (counts[label] as number)++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}

const orElse = (value: boolean | 'auto', auto: boolean) => (value === 'auto' ? auto : value);
