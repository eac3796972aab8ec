import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addWeightedRows, dotProducts } from '../../../src/algorithms/numeric/kernels.ts';

const numbers = (count: number, from: number) =>
  Float64Array.from({ length: count }, (_, index) => Math.sin(from + index));

for (const rowCount of [0, 1, 2, 3, 4, 5, 9]) {
  for (const outputs of [1, 2, 4, 5, 10]) {
    test(`sums of ${rowCount} rows and ${outputs} outputs are those of one number after the other, to the last bit`, () => {
      const dim = 7;
      const rows = numbers(rowCount * dim, 1);
      const weights = numbers(outputs * dim, 1000);
      const found = new Float64Array(rowCount * outputs);
      dotProducts(rows, rowCount, dim, weights, outputs, found);
      const expected = Array.from({ length: rowCount * outputs }, (_, at) => {
        const [row, output] = [Math.floor(at / outputs), at % outputs];
        let sum = 0;
        for (let x = 0; x < dim; x++) sum += (rows[row * dim + x] as number) * (weights[output * dim + x] as number);
        return sum;
      });
      assert.deepEqual([...found], expected);
    });
  }
}

test('weighted rows are added up for each output', () => {
  const sums = new Float64Array(4);
  addWeightedRows(Float64Array.of(1, 2, 3, 4, 5, 6), 3, 2, Float64Array.of(1, 0, 0, 1, 2, 0), 2, sums);
  assert.deepEqual([...sums], [11, 14, 3, 4]);
});
