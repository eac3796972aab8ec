import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OnnxGraph, type Operation, onnxModel, type Port } from '../onnx/onnx-model.ts';
import type { LinearModel } from './scaler.ts';
import type { Task } from './task.ts';

/** A trained model with what predictions need. */
export interface TrainedModel {
  /** For unscaled features and labels. */
  readonly model: LinearModel;
  readonly task: Task;
  /** For binary classifiers: of the probability, for `hinge_loss` of the score. */
  readonly threshold: number;
  /** Of the best model. */
  readonly hyperparameters: Readonly<Record<string, string | number>>;
}

/** Saves `model.json` and `model.onnx`. */
export async function saveLinearModel(dir: string, trained: TrainedModel): Promise<void> {
  await writeFile(join(dir, 'model.json'), `${JSON.stringify(linearJson(trained))}\n`);
  await writeFile(join(dir, 'model.onnx'), onnxModel(linearGraph(trained)));
}

/** The model for programs that read JSON: scores are `bias + weights · features`, one row of weights for each score. */
export function linearJson({ model, task, threshold, hyperparameters }: TrainedModel) {
  const { outputs, dim, weights, bias } = model;
  return {
    algorithm: 'linear-learner',
    version: 1,
    predictor_type: task.predictorType,
    loss: task.loss,
    feature_dim: dim,
    ...(task.predictorType === 'multiclass_classifier' ? { num_classes: outputs } : {}),
    ...(task.predictorType === 'binary_classifier' ? { threshold } : {}),
    weights: Array.from({ length: outputs }, (_, output) => [...weights.subarray(output * dim, (output + 1) * dim)]),
    bias: [...bias],
    hyperparameters,
  };
}

/** features → `score`, and `predicted_label` of classifiers: the names that AWS's algorithm answers with. */
export function linearGraph({ model, task, threshold }: TrainedModel): OnnxGraph {
  const { outputs, dim, weights, bias } = model;
  const isBinary = task.predictorType === 'binary_classifier';
  const isMulticlass = task.predictorType === 'multiclass_classifier';
  const scoreShape = isMulticlass ? [undefined, outputs] : [undefined];
  const label: Port = { name: 'predicted_label', type: 'int64', shape: [undefined] };
  const gemm: Operation = {
    type: 'Gemm',
    inputs: ['features', 'weights', 'bias'],
    outputs: ['scores'],
    integers: { transB: 1 },
  };
  const squeezed = task.loss === 'logistic' ? 'raw' : 'score';
  const squeeze: Operation = {
    type: 'Squeeze',
    inputs: ['scores'],
    outputs: [squeezed],
    integerLists: { axes: [1] },
  };
  const multiclass: readonly Operation[] = [
    { type: 'Softmax', inputs: ['scores'], outputs: ['score'], integers: { axis: 1 } },
    { type: 'ArgMax', inputs: ['scores'], outputs: ['predicted_label'], integers: { axis: 1, keepdims: 0 } },
  ];
  const binary: readonly Operation[] = [
    ...(task.loss === 'logistic' ? [{ type: 'Sigmoid', inputs: ['raw'], outputs: ['score'] }] : []),
    { type: 'Less', inputs: ['score', 'threshold'], outputs: ['is_negative'] },
    { type: 'Not', inputs: ['is_negative'], outputs: ['is_positive'] },
    { type: 'Cast', inputs: ['is_positive'], outputs: ['predicted_label'], integers: { to: 7 } },
  ];
  return {
    name: 'linear-learner',
    inputs: [{ name: 'features', type: 'float', shape: [undefined, dim] }],
    outputs: [{ name: 'score', type: 'float', shape: scoreShape }, ...(isBinary || isMulticlass ? [label] : [])],
    constants: [
      { name: 'weights', dims: [outputs, dim], values: Float32Array.from(weights) },
      { name: 'bias', dims: [outputs], values: Float32Array.from(bias) },
      ...(isBinary ? [{ name: 'threshold', dims: [], values: new Float32Array([threshold]) }] : []),
    ],
    operations: [gemm, ...(isMulticlass ? multiclass : [squeeze, ...(isBinary ? binary : [])])],
  };
}
