import { OptmlError } from '../../../errors/error.ts';
import { type Tensor, type TensorValues, tensorSizes, writeTensor } from './encode-record.ts';
import { frameBytes, writeHeader } from './frame.ts';

/** A matrix, row by row. The type of its numbers becomes the type of the tensors. */
export interface DenseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** `rows * columns` numbers. */
  readonly values: TensorValues;
}

/** A matrix in the CSR form of scipy: `data`, `indices` and `indptr` there. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: TensorValues;
  /** The column of each value. */
  readonly indices: ArrayLike<number>;
  /** `rows + 1` numbers: row `r` has the values from `starts[r]` up to, not including, `starts[r + 1]`. */
  readonly starts: ArrayLike<number>;
}

/** Records are collected up to this size: one write of a file for many of them. */
const CHUNK_BYTES = 64 << 10;

/**
 * The rows of a matrix as records with dense tensors, byte by byte as `write_numpy_to_dense_tensor` of the SageMaker Python
 * SDK writes them: `Float32Array` as numpy's `float32`, `Float64Array` as `float`, `Int32Array` as `int`. The chunks end
 * anywhere.
 *
 * @throws OptmlError DATA_INVALID if the numbers do not fit the size of the matrix.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { denseTensorRecords } from 'optml/recordio';
 *
 * const matrix = { rows: 2, columns: 2, values: Float32Array.of(1, 2, 3, 4) };
 * await writeFile('dense.rec', denseTensorRecords(matrix, Float32Array.of(0, 1)));
 * ```
 */
export function* denseTensorRecords(matrix: DenseMatrix, labels?: TensorValues): Generator<Buffer, void, undefined> {
  const { rows, columns, values } = matrix;
  check(values.length === rows * columns, `the matrix has ${values.length} values instead of ${rows} × ${columns}`);
  checkLabels(labels, rows);
  yield* records(rows, (row) => ({ values: values.subarray(row * columns, (row + 1) * columns) }), labels);
}

/**
 * The rows of a sparse matrix as records with sparse tensors, byte by byte as `write_spmatrix_to_sparse_tensor` of the
 * SageMaker Python SDK writes them. See {@link denseTensorRecords}.
 *
 * @throws OptmlError DATA_INVALID if the arrays do not fit together.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { sparseTensorRecords } from 'optml/recordio';
 *
 * const matrix = { rows: 2, columns: 9, values: Float32Array.of(1, 2), indices: [0, 8], starts: [0, 1, 2] };
 * await writeFile('sparse.rec', sparseTensorRecords(matrix, Float32Array.of(0, 1)));
 * ```
 */
export function* sparseTensorRecords(matrix: SparseMatrix, labels?: TensorValues): Generator<Buffer, void, undefined> {
  const { rows, columns, values, indices, starts } = matrix;
  check(starts.length === rows + 1, `the matrix has ${starts.length} starts for ${rows} rows`);
  check(indices.length === values.length, `the matrix has ${indices.length} indices for ${values.length} values`);
  checkLabels(labels, rows);
  const tensor = (row: number): Tensor => {
    const [start = 0, end = 0] = [starts[row], starts[row + 1]];
    check(start <= end && end <= values.length, `the starts of row ${row} are ${start} and ${end}`);
    const keys = Array.from({ length: end - start }, (_, at) => indices[start + at] as number);
    check(
      keys.every((key) => Number.isInteger(key) && key >= 0 && key < columns),
      `row ${row} has an index out of range`,
    );
    return { values: values.subarray(start, end), keys, shape: [columns] };
  };
  yield* records(rows, tensor, labels);
}

function* records(
  rows: number,
  tensorOf: (row: number) => Tensor,
  labels: TensorValues | undefined,
): Generator<Buffer, void, undefined> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let used = 0;
  for (let row = 0; row < rows; row++) {
    const features = tensorOf(row);
    const label = labels === undefined ? undefined : { values: labels.subarray(row, row + 1) };
    const featureSizes = tensorSizes(features);
    const labelSizes = label === undefined ? undefined : tensorSizes(label);
    const length = featureSizes.total + (labelSizes?.total ?? 0);
    const bytes = frameBytes(length);
    if (used + bytes > chunk.length) {
      if (used > 0) yield chunk.subarray(0, used);
      chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes));
      used = 0;
    }
    let at = writeTensor(chunk, writeHeader(chunk, used, length), 1, features, featureSizes);
    if (label !== undefined && labelSizes !== undefined) at = writeTensor(chunk, at, 2, label, labelSizes);
    used += bytes;
    chunk.fill(0, at, used);
  }
  if (used > 0) yield chunk.subarray(0, used);
}

function checkLabels(labels: TensorValues | undefined, rows: number): void {
  check(labels === undefined || labels.length === rows, `there are ${labels?.length} labels for ${rows} rows`);
}

function check(isRight: boolean, problem: string): void {
  if (isRight) return;
  throw new OptmlError('DATA_INVALID', problem, { fix: 'Pass arrays that fit the size of the matrix.' });
}
