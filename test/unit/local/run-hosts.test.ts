import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHosts } from '../../../src/local/run-hosts.ts';
import { startWithRetries } from '../../../src/local/start-with-retries.ts';
import { sessionWithLateHost } from '../../support/late-hosts.ts';

const HOSTS = ['algo-1', 'algo-2'].map((name) => ({
  ...{ name, mlDir: '/ml', environment: {}, mounts: [] },
  onOutput: () => undefined,
}));

test('a host that starts after another one failed is killed and awaited before the next attempt', async () => {
  const { session, steps } = sessionWithLateHost();
  const attempt = ['algo-1 fails', 'algo-2 runs', 'algo-2 killed', 'algo-2 ended'];
  const retries: string[] = [];
  await assert.rejects(
    startWithRetries(
      () => startHosts(session, HOSTS, { graceSeconds: 1 }),
      1,
      () => retries.push(steps.join()),
    ),
    { code: 'ENGINE_FAILED' },
  );
  assert.deepEqual(retries, [attempt.join()]);
  assert.deepEqual(steps, [...attempt, ...attempt]);
});
