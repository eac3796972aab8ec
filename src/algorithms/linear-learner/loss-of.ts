import type { LossName } from './losses.ts';
import type { PredictorType } from './task.ts';

/** Losses by the kind of labels; the first is the one of `auto`. */
const LOSSES: Readonly<Record<PredictorType, readonly [LossName, ...LossName[]]>> = {
  regressor: [
    'squared_loss',
    'absolute_loss',
    'eps_insensitive_squared_loss',
    'eps_insensitive_absolute_loss',
    'quantile_loss',
    'huber_loss',
  ],
  binary_classifier: ['logistic', 'hinge_loss'],
  multiclass_classifier: ['softmax_loss'],
};

/** The loss that a job asks for. */
export function lossOf(predictorType: PredictorType, loss: LossName | 'auto'): LossName {
  return loss === 'auto' ? LOSSES[predictorType][0] : loss;
}

/** The mistake of a loss that does not fit the kind of labels. */
export function checkLoss(values: {
  readonly predictor_type: PredictorType;
  readonly loss: LossName | 'auto';
}): readonly string[] {
  const fitting = LOSSES[values.predictor_type];
  if (values.loss === 'auto' || fitting.includes(values.loss)) return [];
  return [
    `hyperparameter loss: ${values.loss} does not fit predictor_type=${values.predictor_type}: use auto, ${fitting.join(', ')}`,
  ];
}
