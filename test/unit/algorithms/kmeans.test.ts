import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialCenters } from '../../../src/algorithms/kmeans/initial-centers.ts';
import { lloyd, lloydFrom } from '../../../src/algorithms/kmeans/lloyd.ts';
import { moveCenters, movingCenters } from '../../../src/algorithms/kmeans/mini-batch.ts';
import { nearestCenters } from '../../../src/algorithms/kmeans/nearest.ts';
import { randomFrom } from '../../../src/algorithms/numeric/random.ts';

const LLOYD = { initMethod: 'kmeans++', maxIterations: 300, tolerance: 0 } as const;

function randomRows(count: number, dim: number, seed: number): Float32Array {
  const random = randomFrom(seed);
  return Float32Array.from({ length: count * dim }, () => 10 * random.normal());
}

test('the nearest center is the one with the least distance, for each number of centers', () => {
  const [count, dim] = [57, 7];
  const rows = randomRows(count, dim, 1);
  for (const centerCount of [1, 3, 4, 9]) {
    const values = Float64Array.from(randomRows(centerCount, dim, centerCount));
    const { center, squared } = nearestCenters(rows, count, { count: centerCount, dim, values });
    for (let row = 0; row < count; row++) {
      const distances = Array.from({ length: centerCount }, (_, index) =>
        Array.from({ length: dim }).reduce<number>(
          (sum, _unused, at) => sum + ((rows[row * dim + at] ?? 0) - (values[index * dim + at] ?? 0)) ** 2,
          0,
        ),
      );
      const least = Math.min(...distances);
      assert.equal(center[row], distances.indexOf(least));
      assert.ok(Math.abs((squared[row] ?? 0) - least) < 1e-9 * (1 + least));
    }
  }
});

test('without decay, a center is the mean of all rows that moved it', () => {
  const centers = movingCenters({ count: 1, dim: 1, values: Float64Array.of(100) });
  moveCenters(centers, Float32Array.of(1, 2, 3), 3, 0);
  moveCenters(centers, Float32Array.of(10), 1, 0);
  assert.equal(centers.values[0], 4);
  assert.equal(centers.weights[0], 4);
});

test('after half_life_time_size rows, a row counts half', () => {
  const centers = movingCenters({ count: 1, dim: 1, values: Float64Array.of(0) });
  moveCenters(centers, Float32Array.of(0, 0), 2, 2);
  moveCenters(centers, Float32Array.of(3, 3), 2, 2);
  // Two rows at 0 that count half, two at 3.
  assert.equal(centers.values[0], 2);
});

test("Lloyd's procedure finds groups that are far apart, by their weights", () => {
  const values = Float64Array.of(0, 1, 100, 101, 200, 202);
  const weights = Float64Array.of(1, 1, 1, 3, 1, 1);
  const { centers, msd } = lloyd({ count: 6, dim: 1, values, weights }, 3, LLOYD, randomFrom(0));
  assert.deepEqual(
    [...centers.values].sort((a, b) => a - b),
    [0.5, 100.75, 201],
  );
  assert.ok(Math.abs(msd - (0.5 + 0.75 + 2) / 8) < 1e-12);
});

test('a cluster without points gets the point that is farthest away', () => {
  const points = { count: 3, dim: 1, values: Float64Array.of(0, 1, 50) };
  const first = { count: 2, dim: 1, values: Float64Array.of(0, 1000) };
  assert.deepEqual([...lloydFrom(points, first, LLOYD).centers.values], [0.5, 50]);
});

test('k-means++ takes no point twice while others are left', () => {
  const points = { count: 4, dim: 1, values: Float32Array.of(0, 10, 20, 30) };
  for (const method of ['random', 'kmeans++'] as const) {
    const { values } = initialCenters(points, 4, method, randomFrom(3));
    assert.deepEqual(
      [...values].sort((a, b) => a - b),
      [0, 10, 20, 30],
    );
  }
});

test('rows that are all equal have a center each', () => {
  const points = { count: 4, dim: 2, values: new Float32Array(8).fill(5) };
  const { centers, msd } = lloyd(points, 3, LLOYD, randomFrom(0));
  assert.deepEqual([...centers.values], new Array(6).fill(5));
  assert.equal(msd, 0);
});
