import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticks, timeTicks } from '../../../src/report/ticks.ts';

test('ticks are round numbers within the range', () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-3.2, 7.9, 4), [0, 5]);
  assert.deepEqual(ticks(0.00012, 0.00058, 5), [0.0002, 0.0003, 0.0004, 0.0005]);
  assert.deepEqual(ticks(5, 5, 4), [5]);
  assert.deepEqual(ticks(1e300, 3e300, 2), [1e300, 2e300, 3e300]);
});

test('time is counted in seconds, minutes and hours as people do', () => {
  assert.deepEqual(timeTicks(0.9, 3), [0, 0.5]);
  assert.deepEqual(timeTicks(100, 4), [0, 30, 60, 90]);
  assert.deepEqual(timeTicks(7200, 4), [0, 1800, 3600, 5400, 7200]);
  assert.deepEqual(timeTicks(0, 4), [0]);
});
