import { type Batch, type SparseBatch, toDense } from '../../algorithm/data/batch.ts';
import type { RowBlock } from './row-source.ts';

/** Numbers of a block of rows that were sparse: 16 MiB of singles. A batch of 4096 rows with a million features has 16 GiB. */
const BLOCK_VALUES = 4 << 20;

/** The rows of a batch with `dim` features, in blocks of bounded size; a row alone may be longer. */
export function* denseBlocks(batch: Batch, dim: number): Generator<RowBlock> {
  const atOnce = batch.kind === 'dense' ? batch.rows : Math.max(1, Math.floor(BLOCK_VALUES / dim));
  for (let from = 0; from < batch.rows; from += atOnce) {
    const part = batch.kind === 'dense' ? batch : rowsOf(batch, from, Math.min(from + atOnce, batch.rows));
    const { values, labels, rows } = toDense(part, dim);
    // Readers give 32 bits unless they are asked for 64.
    yield { rows, dim, features: values as Float32Array, labels };
  }
}

function rowsOf(batch: SparseBatch, from: number, to: number): SparseBatch {
  const { labelSize, labels, starts } = batch;
  return {
    ...batch,
    rows: to - from,
    starts: starts.subarray(from, to + 1),
    labels: labels.subarray(from * labelSize, to * labelSize),
  };
}
