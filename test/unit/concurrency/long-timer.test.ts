import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterMs } from '../../../src/concurrency/long-timer.ts';

const DAY_MS = 24 * 3600 * 1000;
const LONGEST_OF_NODE_MS = 2 ** 31 - 1;

test('an action comes after 28 days, which a timer of Node cannot hold', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let count = 0;
  afterMs(28 * DAY_MS, () => {
    count += 1;
  });
  t.mock.timers.tick(LONGEST_OF_NODE_MS);
  t.mock.timers.tick(28 * DAY_MS - LONGEST_OF_NODE_MS - 1);
  assert.equal(count, 0);
  t.mock.timers.tick(1);
  assert.equal(count, 1);
});

test('what is called off never comes, a time that is over comes immediately', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let count = 0;
  const add = () => {
    count += 1;
  };
  const callOff = afterMs(26 * DAY_MS, add);
  t.mock.timers.tick(25 * DAY_MS);
  callOff();
  t.mock.timers.tick(2 * DAY_MS);
  assert.equal(count, 0);
  afterMs(-1, add);
  t.mock.timers.tick(1);
  assert.equal(count, 1);
});
