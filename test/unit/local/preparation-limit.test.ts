import assert from 'node:assert/strict';
import { type mock, test } from 'node:test';
import { limitPreparation } from '../../../src/local/preparation-limit.ts';

test('a preparation hangs when nothing moves for the runtime of the job, and for ten seconds', (t) => {
  const { timers, now } = fakeClock(t);
  const hangs: number[] = [];
  const limit = limitPreparation(4, (seconds) => hangs.push(seconds) > 0);
  t.after(limit.end);
  now(9000);
  limit.moved();
  now(18_000);
  assert.deepEqual(hangs, []);
  now(19_000);
  assert.deepEqual(hangs, [10]);
  now(60_000);
  assert.deepEqual(hangs, [10], 'once');
  timers.reset();
});

test('a job that is not being prepared does not hang, and is asked again later', (t) => {
  const { timers, now } = fakeClock(t);
  const asked: number[] = [];
  const limit = limitPreparation(20, (seconds) => asked.push(seconds) === 2);
  now(20_000);
  now(39_000);
  assert.equal(asked.length, 1);
  now(40_000);
  assert.equal(asked.length, 2);
  limit.end();
  timers.reset();
});

function fakeClock(t: { mock: typeof mock }) {
  let time = 0;
  t.mock.method(process, 'hrtime', () => [0, time * 1e6]);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const now = (ms: number) => {
    const step = ms - time;
    time = ms;
    t.mock.timers.tick(step);
  };
  return { timers: t.mock.timers, now };
}
