import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playRounds } from '../support/hostile/play-rounds.ts';
import { trials } from '../support/trials.ts';

test('whatever a program leaves behind, nothing outside of its job is read or changed (engine process)', async () => {
  assert.deepEqual(await playRounds({ name: 'process' }, trials({ gate: 25, long: 1500 })), []);
});
