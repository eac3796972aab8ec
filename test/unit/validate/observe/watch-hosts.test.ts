import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostRun } from '../../../../src/engines/engine.ts';
import { OutputWatch } from '../../../../src/validate/observe/output-watch.ts';
import { type WatchedHost, watchHosts } from '../../../../src/validate/observe/watch-hosts.ts';

const SHORT = { silent: 0.01, unhandled: 0.01, others: 0.05, lagging: 0.05 };
const LIMITS = { timeoutSeconds: 20, graceSeconds: 0.05, waits: SHORT, signal: new AbortController().signal };

/** A host that does nothing but end when it is killed, or with `exitCode` by itself. */
function host(name: string, exitCode?: number): WatchedHost & { readonly calls: readonly string[] } {
  const calls: string[] = [];
  let kill: HostRun['kill'] = () => undefined;
  const ended: HostRun['ended'] = new Promise((resolve) => {
    if (exitCode !== undefined) resolve({ exitCode, isOutOfMemory: false });
    kill = () => {
      calls.push('kill');
      resolve({ exitCode: 137, isOutOfMemory: false });
    };
  });
  const run: HostRun = { ended, stop: () => void calls.push('stop'), kill: () => kill() };
  return { name, run, output: new OutputWatch((text) => text), calls };
}

test('a host that ignores the stop after another one failed is killed', async () => {
  const hosts = [host('algo-1', 1), host('algo-2')] as const;
  const ends = await watchHosts(hosts, undefined, LIMITS);
  assert.deepEqual(hosts[1].calls, ['stop', 'kill']);
  assert.deepEqual(
    ends.map(({ end, isStoppedForOther, isTimedOut }) => [end.exitCode, isStoppedForOther, isTimedOut]),
    [
      [1, false, false],
      [137, true, false],
    ],
  );
});

test('a host that goes on long after another one succeeded has timed out', async () => {
  const hosts = [host('algo-1', 0), host('algo-2')] as const;
  const [first, second] = await watchHosts(hosts, undefined, LIMITS);
  assert.deepEqual([first?.isTimedOut, second?.isTimedOut], [false, true]);
  assert.deepEqual(hosts[1].calls, ['kill']);
});

test('a silent job is stopped after its start, and killed if it ignores SIGTERM', async () => {
  const silent = host('algo-1');
  const [end] = await watchHosts([silent], { afterSeconds: 0, hasOutput: false }, LIMITS);
  assert.deepEqual(silent.calls, ['stop', 'kill']);
  assert.equal(end?.stop?.tookSeconds, undefined);
});
