import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThinnedPoints } from '../../../src/report/thinned-points.ts';

function thinned(values: Iterable<number>) {
  const points = new ThinnedPoints();
  let time = 0;
  for (const value of values) points.push({ time: time++, value });
  return points.all();
}

test('a short series stays as it is', () => {
  assert.deepEqual(
    thinned([3, Number.NaN, 1]).map(({ value }) => value),
    [3, Number.NaN, 1],
  );
});

test('a long series keeps its extremes, its first and its last point, and its order', () => {
  const count = 300_000;
  const values = Array.from({ length: count }, (_, index) => Math.sin(index / 1000));
  values[123_456] = 50;
  values[234_567] = -50;
  const points = thinned(values);
  assert.ok(points.length <= 2100, `${points.length} points`);
  assert.equal(points[0]?.time, 0);
  assert.equal(points.at(-1)?.time, count - 1);
  assert.ok(points.some(({ value }) => value === 50) && points.some(({ value }) => value === -50));
  assert.ok(points.every((point, index) => index === 0 || point.time > (points[index - 1]?.time ?? 0)));
});

test('a value that is no number stays as a gap', () => {
  const values = Array.from({ length: 50_000 }, (_, index) => (index === 20_000 ? Number.NaN : 1));
  assert.ok(thinned(values).some(({ value }) => Number.isNaN(value)));
});
