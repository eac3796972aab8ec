import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GiveUp } from '../../../src/artifacts/give-up.ts';
import { StopControl } from '../../../src/process/stop-control.ts';

function make(t: TestContext, graceSeconds: number, options: ConstructorParameters<typeof GiveUp>[2] = {}) {
  const stop = new StopControl(() => undefined);
  const giveUp = new GiveUp(stop, graceSeconds, options);
  // Its own timers keep no process alive.
  const alive = setTimeout(() => undefined, 60_000);
  t.after(() => {
    clearTimeout(alive);
    giveUp.close();
  });
  return { stop, giveUp };
}

const reason = (giveUp: GiveUp) => (giveUp.signal.reason as Error | undefined)?.message;

test('after a stop, uploads are given up when the grace period is over', async (t) => {
  const { stop, giveUp } = make(t, 0.05);
  assert.equal(giveUp.signal.aborted, false);
  stop.receive('SIGTERM');
  assert.equal(giveUp.signal.aborted, false);
  await once(giveUp.signal, 'abort');
  assert.equal(reason(giveUp), 'the time to stop was over');
});

test('a grace period of nothing leaves no time', (t) => {
  const { stop, giveUp } = make(t, 0);
  stop.receive('SIGTERM');
  assert.equal(giveUp.signal.aborted, true);
});

test('the last pass is given up when nothing has moved for so long, and not while anything moves', async (t) => {
  let nowMs = 0;
  const { giveUp } = make(t, 30, { stallMs: 10, now: () => nowMs });
  giveUp.watchProgress();
  for (let i = 0; i < 5; i++) {
    nowMs += 9;
    giveUp.onProgress();
    await sleep(15);
  }
  assert.equal(giveUp.signal.aborted, false);
  nowMs += 10;
  await once(giveUp.signal, 'abort');
  assert.equal(reason(giveUp), 'nothing could be transferred for 0.01 s');
});

test('while the program runs, a standstill is no reason to give up', async (t) => {
  let nowMs = 0;
  const { giveUp } = make(t, 30, { stallMs: 5, now: () => nowMs });
  nowMs = 1000;
  await sleep(20);
  assert.equal(giveUp.signal.aborted, false);
});

test('work that ends is waited for; work that hangs after the signal is left', async (t) => {
  const { stop, giveUp } = make(t, 0);
  assert.equal(await giveUp.race(Promise.resolve()), true);
  stop.receive('SIGTERM');
  assert.equal(await giveUp.race(new Promise(() => undefined)), false);
});
