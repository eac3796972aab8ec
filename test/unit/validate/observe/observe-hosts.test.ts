import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeHosts } from '../../../../src/validate/observe/observe-hosts.ts';
import type { PreparedHost, TestRun } from '../../../../src/validate/observe/test-run.ts';
import { sessionWithLateHost } from '../../../support/late-hosts.ts';

const TEST_RUN = { context: { engine: { name: 'process' } }, scenario: { id: 'two-hosts', about: '' } } as TestRun;

test('a host that starts after another one failed is killed and awaited', async () => {
  const { session, steps } = sessionWithLateHost();
  const hosts = ['algo-1', 'algo-2'].map(
    (name) => ({ spec: { name }, output: { start: () => undefined }, copies: [] }) as unknown as PreparedHost,
  );
  await assert.rejects(observeHosts(TEST_RUN, session, hosts), { code: 'ENGINE_FAILED' });
  assert.deepEqual(steps, ['algo-1 fails', 'algo-2 runs', 'algo-2 killed', 'algo-2 ended']);
});
