import { type LossName, type LossParameters, scalarLoss, softmax } from './losses.ts';

/** The kinds of labels. */
export type PredictorType = 'binary_classifier' | 'multiclass_classifier' | 'regressor';

/** What a model predicts, and how wrong a prediction is. */
export interface Task {
  readonly predictorType: PredictorType;
  readonly loss: LossName;
  /** Scores of one model for a row: the number of classes, or 1. */
  readonly outputs: number;
  /** The name of the loss in the log. */
  readonly objective: string;
  /**
   * The loss of one row by a model, whose scores start at `from`, with the weight of its class. With `slopes`, the
   * derivatives by the scores are written there, at the same positions.
   */
  readonly lossAt: (
    scores: Float64Array,
    from: number,
    label: number,
    classWeights: Float64Array | undefined,
    slopes?: Float64Array,
  ) => number;
}

const OBJECTIVES: Readonly<Record<LossName, string>> = {
  logistic: 'binary_classification_cross_entropy',
  hinge_loss: 'hinge_loss',
  softmax_loss: 'multiclass_cross_entropy',
  squared_loss: 'mse',
  absolute_loss: 'absolute_loss',
  eps_insensitive_squared_loss: 'eps_insensitive_squared_loss',
  eps_insensitive_absolute_loss: 'eps_insensitive_absolute_loss',
  quantile_loss: 'quantile_loss',
  huber_loss: 'huber_loss',
};

/** The task of a predictor type with a loss that fits it. */
export function taskOf(
  predictorType: PredictorType,
  loss: LossName,
  classes: number,
  parameters: LossParameters,
): Task {
  const common = { predictorType, loss, objective: OBJECTIVES[loss] };
  if (loss === 'softmax_loss') return { ...common, outputs: classes, lossAt: softmaxLossAt(classes) };
  const { value, slope } = scalarLoss(loss, parameters);
  return {
    ...common,
    outputs: 1,
    lossAt: (scores, from, label, classWeights, slopes) => {
      const score = scores[from] as number;
      const weight = classWeights === undefined ? 1 : (classWeights[label] as number);
      if (slopes !== undefined) slopes[from] = weight * slope(score, label);
      return weight * value(score, label);
    },
  };
}

function softmaxLossAt(classes: number): Task['lossAt'] {
  const probabilities = new Float64Array(classes);
  return (scores, from, label, classWeights, slopes) => {
    for (let index = 0; index < classes; index++) probabilities[index] = scores[from + index] as number;
    const logSum = softmax(probabilities, 0, classes);
    const weight = classWeights === undefined ? 1 : (classWeights[label] as number);
    if (slopes !== undefined) {
      for (let index = 0; index < classes; index++) {
        slopes[from + index] = weight * ((probabilities[index] as number) - (index === label ? 1 : 0));
      }
    }
    return weight * (logSum - (scores[from + label] as number));
  };
}
