import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Slots } from '../../../src/storage/slots.ts';

test('so many run at once, in the order in which they came, also after one has failed', async () => {
  const { signal } = new AbortController();
  const slots = new Slots(2, () => undefined);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const runs = Array.from({ length: 6 }, (_, number) =>
    slots.use(signal, async () => {
      order.push(number);
      most = Math.max(most, ++running);
      await turn();
      running -= 1;
      if (number === 1) throw new Error('as asked');
      return number;
    }),
  );
  const results = await Promise.allSettled(runs);
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
  assert.equal(most, 2);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
});
