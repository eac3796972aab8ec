/** Numbers of features: 32 bits, as AWS's own algorithms compute, or 64. */
export type Floats = Float32Array | Float64Array;

/** What dense and sparse batches have in common. */
export interface RowLabels {
  readonly rows: number;
  /** Features of a row. */
  readonly columns: number;
  /** `rows * labelSize` numbers, row by row; empty without labels. */
  readonly labels: Float64Array;
  /** Labels of a row; 0 without labels. */
  readonly labelSize: number;
  /** The weight of each row, if the data has weights. */
  readonly weights?: Float64Array | undefined;
}

/** Rows of which every value is given: a matrix, row by row. The receiver may keep and change it. */
export interface DenseBatch extends RowLabels {
  readonly kind: 'dense';
  /** `rows * columns` numbers: feature `c` of row `r` is at `r * columns + c`. */
  readonly values: Floats;
}

/** Rows of which only some values are given, in the CSR form of scipy. All others are 0. The receiver may keep and change it. */
export interface SparseBatch extends RowLabels {
  readonly kind: 'sparse';
  readonly values: Floats;
  /** The feature of each value, from 0; ascending in a row. */
  readonly indices: Uint32Array;
  /** `rows + 1` numbers: row `r` has the values from `starts[r]` up to, not including, `starts[r + 1]`. */
  readonly starts: Uint32Array;
  /** The groups of ranking (`qid`), if the data has them. */
  readonly groups?: Float64Array | undefined;
}

/** Rows of a channel. */
export type Batch = DenseBatch | SparseBatch;

/**
 * A batch as a dense one with `columns` features; itself if it is one already.
 *
 * @throws RangeError if the batch has more features.
 * @example
 * ```ts
 * import { channelReader, toDense } from 'optml/algorithm';
 *
 * const channel = { name: 'train', dir: './sparse', inputMode: 'File', contentType: 'text/libsvm' } as const;
 * for await (const batch of channelReader(channel).epoch()) {
 *   const { rows, values } = toDense(batch, 10);
 *   console.log(rows, values.length);
 * }
 * ```
 */
export function toDense(batch: Batch, columns = batch.columns): DenseBatch {
  if (columns < batch.columns) throw new RangeError(`${batch.columns} features do not fit into ${columns}`);
  if (batch.kind === 'dense' && columns === batch.columns) return batch;
  const { rows, labels, labelSize, weights } = batch;
  const values = newFloats(isSingle(batch.values), rows * columns);
  for (let row = 0; row < rows; row++) {
    if (batch.kind === 'dense') {
      values.set(batch.values.subarray(row * batch.columns, (row + 1) * batch.columns), row * columns);
      continue;
    }
    const { indices, starts } = batch;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      values[row * columns + (indices[at] as number)] = batch.values[at] as number;
    }
  }
  return { kind: 'dense', rows, columns, values, labels, labelSize, weights };
}

/** An array of floats with zeros. */
export function newFloats(isSinglePrecision: boolean, length: number): Floats {
  return isSinglePrecision ? new Float32Array(length) : new Float64Array(length);
}

/** Whether numbers have 32 bits. */
export function isSingle(values: Floats): values is Float32Array {
  return values instanceof Float32Array;
}
