import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfter, pollFolder } from '../../../src/artifacts/poll-folder.ts';

test('a look that takes long is followed by a longer pause: a twentieth of the time at most', () => {
  assert.deepEqual([0, 50, 100, 3000, 3_600_000].map(pauseAfter), [1000, 1000, 2000, 60_000, 300_000]);
});

test('the folder is looked at again and again until the end', async () => {
  let looks = 0;
  let second = () => undefined as unknown;
  const twice = new Promise((resolve) => {
    second = () => resolve(undefined);
  });
  const polling = pollFolder({
    poll: async () => {
      looks += 1;
      if (looks === 2) second();
    },
  });
  // The polling itself keeps no process alive.
  const alive = setTimeout(() => undefined, 60_000);
  await twice;
  await polling.stop();
  clearTimeout(alive);
  assert.equal(looks, 2);
});

test('the end waits for the look under way, and no other follows', async () => {
  let looks = 0;
  let goOn = () => undefined as unknown;
  const polling = pollFolder({
    poll: async () => {
      looks += 1;
      await new Promise((resolve) => {
        goOn = () => resolve(undefined);
      });
    },
  });
  let isOver = false;
  const stopped = polling.stop().then(() => {
    isOver = true;
  });
  await new Promise(setImmediate);
  assert.equal(isOver, false);
  goOn();
  await stopped;
  assert.equal(looks, 1);
});
