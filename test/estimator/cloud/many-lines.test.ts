// 20 hosts with 200,000 lines: complete, in the order of time, within little memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { endedJob, scriptedJob, startScriptedCloud } from '../support/scripted-cloud.ts';
import { hostEvents, platformAt } from '../support/scripted-platform.ts';

const HOSTS = Array.from({ length: 20 }, (_, index) => `algo-${index + 1}`);
const LINES = 10_000;
// The lines that wait to be merged, at most 40,000; all of them have more than 30 MB, with their objects 60.
const MOST_GROWTH_BYTES = 40 << 20;

test('200,000 lines of 20 hosts arrive once, in the order of time, while requests fail', async (t) => {
  const start = Date.now() - 60_000;
  const padding = 'x'.repeat(100);
  const eventsOf = (host: string) =>
    hostEvents(host, LINES, start).map(({ timestamp, message }) => ({ timestamp, message: `${message} ${padding}` }));
  const resources = { InstanceType: 'ml.m5.large', InstanceCount: HOSTS.length, VolumeSizeInGB: 1 };
  let requests = 0;
  const cloud = await startScriptedCloud(t, {
    job: endedJob(scriptedJob({ ResourceConfig: resources })),
    streams: new Map(HOSTS.map((host) => [`job/${host}-1700000000`, eventsOf(host)])),
    faultOf: () => (++requests % 10 === 0 ? { type: 'refuse', code: 'ThrottlingException' } : undefined),
  });
  const next = new Map(HOSTS.map((host) => [host, 0]));
  let time = 0;
  let lines = 0;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  for await (const update of platformAt(t, cloud).follow('job')) {
    if (update.type !== 'log') continue;
    const index = next.get(update.host) ?? 0;
    if (!update.line.startsWith(`${update.host} line ${index} `)) assert.fail(`${update.line} is not line ${index}`);
    next.set(update.host, index + 1);
    assert.ok(update.time >= time);
    time = update.time;
    if (++lines % 20_000 !== 0) continue;
    collect();
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  assert.equal(lines, HOSTS.length * LINES);
  assert.ok(most < MOST_GROWTH_BYTES, `the heap grew by ${most} bytes`);
  t.diagnostic(`the heap grew by ${(most / 2 ** 20).toFixed(0)} MiB`);
});
