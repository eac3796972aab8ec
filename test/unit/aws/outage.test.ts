import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNews, Outage } from '../../../src/aws/outage.ts';

function outageAt() {
  const said: string[] = [];
  const clock = { now: 1_000_000 };
  const outage = new Outage(
    (message) => said.push(message),
    () => clock.now,
  );
  return { said, clock, outage };
}

test('failures of a moment are not said', () => {
  const { said, clock, outage } = outageAt();
  outage.failed('Describe: slow down');
  clock.now += 3000;
  outage.failed('Describe: slow down');
  outage.over();
  clock.now += 3000;
  outage.failed('Describe: slow down');
  assert.deepEqual(said, []);
});

test('an outage is said soon, once a minute, and when it is over', () => {
  const { said, clock, outage } = outageAt();
  for (let second = 0; second <= 130; second++) {
    outage.failed('Describe: ENOTFOUND');
    clock.now += 1000;
  }
  outage.over();
  outage.over();
  assert.deepEqual(said, [
    'Requests to AWS fail: Describe: ENOTFOUND. The job goes on, and optml keeps trying.',
    'Requests to AWS have failed for 1 min 4 s: Describe: ENOTFOUND. The job goes on, and optml keeps trying.',
    'Requests to AWS have failed for 2 min 4 s: Describe: ENOTFOUND. The job goes on, and optml keeps trying.',
    'Requests to AWS succeed again, after 2 min 11 s.',
  ]);
});

test('a repeated request is news after some attempts, or after a long wait for the first answer', () => {
  assert.deepEqual([isNews(2, 500), isNews(4, 9000), isNews(5, 3000), isNews(2, 60_000)], [false, false, true, true]);
});
