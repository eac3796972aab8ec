import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { playRounds } from '../support/hostile/play-rounds.ts';
import { trials } from '../support/trials.ts';
import { buildTestImages, ENGINE, IMAGES } from './support/container-job.ts';

before(buildTestImages);

test('whatever a container leaves behind, nothing outside of its job is read or changed', async () => {
  const engine = { name: ENGINE, image: IMAGES.plain };
  assert.deepEqual(await playRounds(engine, trials({ gate: 25, long: 500 })), []);
});
