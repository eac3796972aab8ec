import type { Floats } from '../batch.ts';
import type { DataError, DataRule } from '../data-error.ts';
import type { SparseRows } from '../sparse-rows.ts';
import { copyValues, countValues, countVarints, type RawTensor, varintsOf } from './tensor.ts';

/** Largest index of a feature that a batch can hold. */
const LARGEST_INDEX = 2 ** 32 - 2;

/** What a sparse row is checked against. */
export interface SparseChecks {
  /** Features of a row, if that is known. */
  readonly columns: number | undefined;
  readonly fail: (rule: DataRule, problem: string, fix: string) => DataError;
}

/** Adds the values of a sparse tensor to a row, ordered by their keys. @throws DataError record-shape, index-range, index-order. */
export function addSparseRow(rows: SparseRows, tensor: RawTensor, { columns, fail }: SparseChecks): void {
  const count = countValues(tensor);
  if (countVarints(tensor.keys) !== count) {
    throw fail(
      'record-shape',
      `the record has ${countVarints(tensor.keys)} keys for ${count} values`,
      'Write a key for each value.',
    );
  }
  const shape = varintsOf(tensor.shape);
  const size = shape.length === 0 ? undefined : shape.reduce((product, length) => product * length, 1);
  const limit = Math.min(columns ?? LARGEST_INDEX + 1, size ?? LARGEST_INDEX + 1, LARGEST_INDEX + 1);
  const keys = varintsOf(tensor.keys);
  const values = new Float64Array(count);
  copyValues(tensor, values, 0);
  let last = -1;
  let isOrdered = true;
  for (const key of keys) {
    if (key >= limit) throw fail('index-range', `the record has the key ${key}`, `Use keys from 0 to ${limit - 1}.`);
    if (key <= last) isOrdered = false;
    last = key;
  }
  if (columns !== undefined && size !== undefined && size > columns) {
    throw fail(
      'row-length',
      `the record has ${size} features instead of ${columns}`,
      'Correct the shape of the records.',
    );
  }
  if (isOrdered) for (let index = 0; index < count; index++) add(rows, keys[index] as number, values[index] as number);
  else addOrdered(rows, keys, values, fail);
}

function addOrdered(rows: SparseRows, keys: readonly number[], values: Float64Array, fail: SparseChecks['fail']): void {
  const order = Array.from(keys, (_, index) => index).sort((a, b) => (keys[a] as number) - (keys[b] as number));
  let last = -1;
  for (const index of order) {
    const key = keys[index] as number;
    if (key === last) throw fail('index-order', `the record has the key ${key} twice`, 'Write each key once.');
    last = key;
    add(rows, key, values[index] as number);
  }
}

function add(rows: SparseRows, key: number, value: number): void {
  const values: Floats = rows.room();
  values[rows.count] = value;
  rows.add(key);
}
