import { addWeightedRows, dotProducts } from '../numeric/kernels.ts';
import type { Random } from '../numeric/random.ts';
import { type OptimizerSettings, type OptimizerState, optimize, optimizerState } from './optimizer.ts';
import type { LinearModel } from './scaler.ts';
import type { Task } from './task.ts';

/** One of the models that are trained at the same time. */
export interface ModelPlan extends OptimizerSettings {
  /** Weight of each class in the loss; undefined: 1. */
  readonly classWeights: Float64Array | undefined;
}

/** First values of the parameters. */
export interface InitSettings {
  readonly method: 'uniform' | 'normal';
  /** For `uniform`: values between minus this and this. */
  readonly scale: number;
  /** For `normal`: the standard deviation. */
  readonly sigma: number;
  readonly bias: number;
}

/** Models that see the same batches. All parameters of one kind are in one array, so that a batch is read once for all models. */
export interface ModelSet {
  readonly plans: readonly ModelPlan[];
  readonly task: Task;
  readonly dim: number;
  readonly useBias: boolean;
  /** (models · outputs) × dim. */
  readonly weights: Float64Array;
  /** models · outputs. */
  readonly bias: Float64Array;
  readonly weightState: OptimizerState;
  readonly biasState: OptimizerState;
}

/** New models. */
export function newModels(
  plans: readonly ModelPlan[],
  task: Task,
  dim: number,
  useBias: boolean,
  init: InitSettings,
  random: Random,
): ModelSet {
  const outputs = plans.length * task.outputs;
  const draw = () => (init.method === 'uniform' ? (2 * random.next() - 1) * init.scale : random.normal() * init.sigma);
  return {
    plans,
    task,
    dim,
    useBias,
    weights: new Float64Array(outputs * dim).map(draw),
    bias: new Float64Array(outputs).fill(useBias ? init.bias : 0),
    weightState: optimizerState(outputs * dim),
    biasState: optimizerState(outputs),
  };
}

/** The scores of all models for scaled rows: rows × (models · outputs). */
export function scoresOf(models: ModelSet, rows: Float64Array, count: number): Float64Array {
  const outputs = models.bias.length;
  const scores = new Float64Array(count * outputs);
  dotProducts(rows, count, models.dim, models.weights, outputs, scores);
  for (let row = 0, at = 0; row < count; row++) {
    for (let output = 0; output < outputs; output++) (scores[at++] as number) += models.bias[output] as number;
  }
  return scores;
}

/**
 * One step of all models on a batch of scaled rows and labels; steps count from 0.
 *
 * @returns the sum of the losses of each model, before the step
 */
export function trainOnBatch(
  models: ModelSet,
  rows: Float64Array,
  labels: Float64Array,
  count: number,
  step: number,
): Float64Array {
  const { plans, task, dim, useBias } = models;
  const outputs = models.bias.length;
  const scores = scoresOf(models, rows, count);
  const slopes = new Float64Array(scores.length);
  const losses = new Float64Array(plans.length);
  for (let row = 0; row < count; row++) {
    for (let model = 0; model < plans.length; model++) {
      const from = row * outputs + model * task.outputs;
      const classWeights = (plans[model] as ModelPlan).classWeights;
      (losses[model] as number) += task.lossAt(scores, from, labels[row] as number, classWeights, slopes);
    }
  }
  const gradient = new Float64Array(models.weights.length);
  const biasGradient = new Float64Array(outputs);
  for (let at = 0, output = 0; at < slopes.length; at++) {
    const slope = (slopes[at] as number) / count;
    slopes[at] = slope;
    (biasGradient[output] as number) += slope;
    output = output + 1 === outputs ? 0 : output + 1;
  }
  addWeightedRows(rows, count, dim, slopes, outputs, gradient);
  plans.forEach((plan, model) => {
    const [from, to] = [model * task.outputs, (model + 1) * task.outputs];
    const weights = { parameters: models.weights, gradient, from: from * dim, to: to * dim, isBias: false };
    optimize(weights, models.weightState, step, plan);
    if (!useBias) return;
    optimize({ parameters: models.bias, gradient: biasGradient, from, to, isBias: true }, models.biasState, step, plan);
  });
  return losses;
}

/** A copy of one of the models, for scaled features and labels. */
export function copyModel({ weights, bias, dim, task }: ModelSet, model: number): LinearModel {
  const [from, to] = [model * task.outputs, (model + 1) * task.outputs];
  return { outputs: task.outputs, dim, weights: weights.slice(from * dim, to * dim), bias: bias.slice(from, to) };
}
