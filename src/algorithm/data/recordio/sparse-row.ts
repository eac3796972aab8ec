import type { SparseRows } from '../sparse-rows.ts';
import { RowProblem } from './row-problem.ts';
import { copyValues, countValues, countVarints, type RawTensor, varintsOf } from './tensor.ts';
import { WireReader } from './wire.ts';

/** Largest index of a feature that a batch can hold. */
const LARGEST_INDEX = 2 ** 32 - 2;
const MOST_DIMENSIONS = 32;

/**
 * Adds the values of a sparse tensor to a row, ordered by their keys. Returns the features that the row has by its shape; 0 if
 * it has none.
 *
 * @throws RowProblem record-shape, row-length, index-range, index-order; WireError.
 */
export function addSparseRow(rows: SparseRows, tensor: RawTensor, columns: number | undefined): number {
  const count = countValues(tensor);
  const keys = countVarints(tensor.keys);
  if (keys !== count)
    throw new RowProblem(
      'record-shape',
      `the record has ${keys} keys for ${count} values`,
      'Write a key for each value.',
    );
  const size = sizeOf(tensor);
  if (columns !== undefined && size > columns) {
    throw new RowProblem(
      'row-length',
      `the record has ${size} features instead of ${columns}`,
      'Correct the shape of the records.',
    );
  }
  const limit = Math.min(columns ?? Number.POSITIVE_INFINITY, size || Number.POSITIVE_INFINITY, LARGEST_INDEX + 1);
  const start = rows.count;
  const { values, indices } = rows.room(count);
  copyValues(tensor, values, start);
  let last = -1;
  let isOrdered = true;
  const reader = new WireReader(tensor.keys.bytes, tensor.keys.start, tensor.keys.end);
  for (let at = start; at < start + count; at++) {
    const key = reader.varint();
    if (key >= limit)
      throw new RowProblem('index-range', `the record has the key ${key}`, `Use keys from 0 to ${limit - 1}.`);
    if (key <= last) isOrdered = false;
    indices[at] = key;
    last = key;
  }
  if (!isOrdered) orderRow(rows, start, count);
  rows.added(count);
  return size;
}

function sizeOf({ shape }: RawTensor): number {
  if (shape.end === shape.start) return 0;
  const dimensions = countVarints(shape);
  const size =
    dimensions > MOST_DIMENSIONS
      ? Number.POSITIVE_INFINITY
      : varintsOf(shape).reduce((product, length) => product * length, 1);
  if (size <= LARGEST_INDEX + 1) return size;
  throw new RowProblem(
    'record-shape',
    `the record has a shape of ${dimensions} dimensions with ${size} values`,
    'Use fewer features.',
  );
}

function orderRow(rows: SparseRows, start: number, count: number): void {
  const { values, indices } = rows.room(count);
  const keys = indices.slice(start, start + count);
  const numbers = values.slice(start, start + count);
  const order = Array.from(keys, (_, at) => at).sort((a, b) => (keys[a] as number) - (keys[b] as number));
  for (const [at, from] of order.entries()) {
    const key = keys[from] as number;
    if (at > 0 && key === indices[start + at - 1]) {
      throw new RowProblem('index-order', `the record has the key ${key} twice`, 'Write each key once.');
    }
    indices[start + at] = key;
    values[start + at] = numbers[from] as number;
  }
}
