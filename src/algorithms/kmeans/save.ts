import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OnnxGraph, onnxModel } from '../onnx/onnx-model.ts';
import type { Centers } from './nearest.ts';

/** Saves `model.json` and `model.onnx`. */
export async function saveKMeans(dir: string, centers: Centers): Promise<void> {
  await writeFile(join(dir, 'model.json'), `${JSON.stringify(kmeansJson(centers))}\n`);
  await writeFile(join(dir, 'model.onnx'), onnxModel(kmeansGraph(centers)));
}

/** The model for programs that read JSON. */
export function kmeansJson({ count, dim, values }: Centers) {
  return {
    algorithm: 'kmeans',
    version: 1,
    k: count,
    feature_dim: dim,
    centers: Array.from({ length: count }, (_, index) => [...values.subarray(index * dim, (index + 1) * dim)]),
  };
}

/**
 * features → `closest_cluster` and `distance_to_cluster`, the names that AWS's algorithm answers with. The squared distance is
 * `|x|² - 2 x·c + |c|²`.
 */
export function kmeansGraph({ count, dim, values }: Centers): OnnxGraph {
  const norms = Float32Array.from({ length: count }, (_, index) =>
    values.subarray(index * dim, (index + 1) * dim).reduce((sum, value) => sum + value * value, 0),
  );
  return {
    name: 'kmeans',
    inputs: [{ name: 'features', type: 'float', shape: [undefined, dim] }],
    outputs: [
      { name: 'closest_cluster', type: 'int64', shape: [undefined] },
      { name: 'distance_to_cluster', type: 'float', shape: [undefined] },
    ],
    constants: [
      { name: 'centers', dims: [count, dim], values: Float32Array.from(values) },
      { name: 'center_norms', dims: [count], values: norms },
      { name: 'zero', dims: [], values: new Float32Array([0]) },
    ],
    operations: [
      {
        type: 'Gemm',
        inputs: ['features', 'centers', 'center_norms'],
        outputs: ['partial'],
        integers: { transB: 1 },
        floats: { alpha: -2 },
      },
      {
        type: 'ArgMin',
        inputs: ['partial'],
        outputs: ['closest_cluster'],
        integers: { axis: 1, keepdims: 0 },
      },
      { type: 'Mul', inputs: ['features', 'features'], outputs: ['squares'] },
      {
        type: 'ReduceSum',
        inputs: ['squares'],
        outputs: ['norms'],
        integers: { keepdims: 1 },
        integerLists: { axes: [1] },
      },
      { type: 'Add', inputs: ['partial', 'norms'], outputs: ['squared'] },
      {
        type: 'ReduceMin',
        inputs: ['squared'],
        outputs: ['least'],
        integers: { keepdims: 0 },
        integerLists: { axes: [1] },
      },
      // Rounding can make the squared distance of a row at its center negative.
      { type: 'Max', inputs: ['least', 'zero'], outputs: ['at_least_zero'] },
      { type: 'Sqrt', inputs: ['at_least_zero'], outputs: ['distance_to_cluster'] },
    ],
  };
}
