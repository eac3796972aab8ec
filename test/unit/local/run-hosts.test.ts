import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostEnd } from '../../../src/engines/engine.ts';
import { startWithRetries } from '../../../src/local/attempts/start-with-retries.ts';
import { type LateHosts, startHosts } from '../../../src/local/run-hosts.ts';
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

test('hosts that run on after the data of a channel failed are reported, as after the failure of a host', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const ends: Array<(end: HostEnd) => void> = [];
  const end: HostEnd = { exitCode: 137, isOutOfMemory: false };
  const start = async () => {
    const ended = new Promise<HostEnd>((resolve) => ends.push(resolve));
    return { ended, stop: () => undefined, kill: () => ends.splice(0).map((resolve) => resolve(end)) };
  };
  const reports: LateHosts[] = [];
  const session = { ...sessionWithLateHost().session, start };
  const running = await startHosts(session, HOSTS, { graceSeconds: 8, onLate: (late) => reports.push(late) });
  running.stop('other-host');
  t.mock.timers.tick(5000);
  assert.deepEqual(reports, [{ failed: undefined, waitingFor: ['algo-1', 'algo-2'], secondsToKill: 3 }]);
  t.mock.timers.tick(3000);
  assert.deepEqual(await running.ended, { firstFailure: undefined, laterFailures: [], stoppedBy: 'other-host' });
});
