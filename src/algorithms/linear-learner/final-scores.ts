import { dotProducts } from '../numeric/kernels.ts';
import type { RowBlock } from '../numeric/row-source.ts';
import { sigmoid } from './losses.ts';
import type { FinalName } from './metrics.ts';
import type { LinearModel } from './scaler.ts';
import type { Task } from './task.ts';
import { areaUnderRoc, type Confusion, fBetaOf, precisionOf, recallOf, sortScores } from './threshold.ts';

/** A score of the final model. */
export interface FinalScore {
  readonly name: FinalName;
  /** The variable part of its name in the log: beta, k, the name of the loss. */
  readonly detail?: string;
  readonly value: number;
}

/** What the scores depend on. */
export interface ScoreSettings {
  /** For binary classifiers; of the score, before it becomes a probability. */
  readonly threshold: number;
  readonly fBeta: number;
  readonly topK: number;
}

/** The scores of unscaled rows: rows × outputs. */
export function predictScores(model: LinearModel, { features, rows }: RowBlock): Float64Array {
  const scores = new Float64Array(rows * model.outputs);
  dotProducts(features, rows, model.dim, model.weights, model.outputs, scores);
  for (let at = 0; at < scores.length; at++) (scores[at] as number) += model.bias[at % model.outputs] as number;
  return scores;
}

/** All scores of a model on rows. */
export function finalScores(
  model: LinearModel,
  task: Task,
  block: RowBlock,
  settings: ScoreSettings,
): readonly FinalScore[] {
  const scores = predictScores(model, block);
  let loss = 0;
  for (let row = 0; row < block.rows; row++) {
    loss += task.lossAt(scores, row * task.outputs, block.labels[row] as number, undefined);
  }
  const objective: FinalScore = { name: 'objective_loss', detail: task.objective, value: loss / block.rows };
  const others =
    task.predictorType === 'regressor'
      ? regressorScores(scores, block)
      : task.predictorType === 'binary_classifier'
        ? binaryScores(scores, block, settings)
        : multiclassScores(scores, block, task.outputs, settings);
  return [objective, ...others];
}

function regressorScores(scores: Float64Array, { labels, rows }: RowBlock): readonly FinalScore[] {
  let squares = 0;
  let absolutes = 0;
  for (let row = 0; row < rows; row++) {
    const error = (scores[row] as number) - (labels[row] as number);
    squares += error ** 2;
    absolutes += Math.abs(error);
  }
  return [
    { name: 'mse', value: squares / rows },
    { name: 'absolute_loss', value: absolutes / rows },
  ];
}

function binaryScores(
  scores: Float64Array,
  { labels, rows }: RowBlock,
  settings: ScoreSettings,
): readonly FinalScore[] {
  const sorted = sortScores(scores, labels);
  const confusion: Confusion = {
    truePositive: sorted.positive.filter((score) => score >= settings.threshold).length,
    falsePositive: sorted.negative.filter((score) => score >= settings.threshold).length,
    positive: sorted.positive.length,
    negative: sorted.negative.length,
  };
  const right = confusion.truePositive + confusion.negative - confusion.falsePositive;
  return [
    { name: 'binary_classification_accuracy', value: right / rows },
    { name: 'binary_f_beta', detail: settings.fBeta.toFixed(3), value: fBetaOf(confusion, settings.fBeta) },
    { name: 'precision', value: precisionOf(confusion) },
    { name: 'recall', value: recallOf(confusion) },
    { name: 'roc_auc_score', value: areaUnderRoc(sorted) },
  ];
}

function multiclassScores(
  scores: Float64Array,
  { labels, rows }: RowBlock,
  classes: number,
  { topK, fBeta }: ScoreSettings,
): readonly FinalScore[] {
  const truePositive = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const actual = new Float64Array(classes);
  let inTopK = 0;
  let gain = 0;
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    const label = labels[row] as number;
    const own = scores[from + label] as number;
    let before = 0;
    let winner = 0;
    for (let index = 0; index < classes; index++) {
      const value = scores[from + index] as number;
      // Of equal scores the first class is predicted.
      if (value > own || (value === own && index < label)) before++;
      if (value > (scores[from + winner] as number)) winner = index;
    }
    if (before < topK) inTopK++;
    gain += 1 / Math.log2(before + 2);
    (actual[label] as number)++;
    (predicted[winner] as number)++;
    if (winner === label) (truePositive[label] as number)++;
  }
  // Classes without rows say nothing about the model.
  const present = [...actual.keys()].filter((index) => (actual[index] as number) > 0);
  const mean = (of: (confusion: Confusion) => number) =>
    present.reduce((sum, index) => {
      const positive = actual[index] as number;
      const right = truePositive[index] as number;
      const falsePositive = (predicted[index] as number) - right;
      return sum + of({ truePositive: right, falsePositive, positive, negative: rows - positive });
    }, 0) / present.length;
  return [
    { name: 'multiclass_accuracy', value: truePositive.reduce((sum, count) => sum + count, 0) / rows },
    { name: 'multiclass_top_k_accuracy', detail: String(topK), value: inTopK / rows },
    { name: 'dcg', value: gain / rows },
    { name: 'macro_recall', value: mean(recallOf) },
    { name: 'macro_precision', value: mean(precisionOf) },
    { name: 'macro_f_beta', detail: fBeta.toFixed(3), value: mean((confusion) => fBetaOf(confusion, fBeta)) },
  ];
}

/** The threshold of a score as a model file has it: of the probability, for `hinge_loss` of the score itself. */
export function reportedThreshold({ loss }: Task, threshold: number): number {
  return loss === 'logistic' ? sigmoid(threshold) : threshold;
}
