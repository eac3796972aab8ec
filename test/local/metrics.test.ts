// Metrics in their thread, as built: `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Metrics, openMetrics } from '../../src/jobs/metrics/metrics.ts';
import type { MetricPoint } from '../../src/jobs/metrics/metrics-file.ts';
import { temporaryFolder } from '../support/job.ts';

interface Opened {
  readonly dir: string;
  readonly metrics: Metrics;
  readonly points: MetricPoint[];
  readonly warnings: string[];
}

function open(t: TestContext, definitions: Readonly<Record<string, string>>): Opened {
  const dir = temporaryFolder(t);
  const points: MetricPoint[] = [];
  const warnings: string[] = [];
  const list = Object.entries(definitions).map(([Name, Regex]) => ({ Name, Regex }));
  const metrics = openMetrics(dir, list, {
    onPoint: (point) => points.push(point),
    warn: (message) => warnings.push(message),
    now: () => 1500,
  });
  assert.ok(metrics);
  return { dir, metrics, points, warnings };
}

test('without definitions nothing is started', (t) => {
  const dir = temporaryFolder(t);
  assert.equal(openMetrics(dir, [], { onPoint: () => assert.fail(), warn: assert.fail }), undefined);
});

test('each line of each host is searched, the series is stored, and the last value is the final one', async (t) => {
  const { dir, metrics, points, warnings } = open(t, {
    loss: 'loss=(\\S+)',
    acc: '(?P<v>[0-9.]+) accuracy',
  });
  metrics.push('algo-1', 'stdout', Buffer.from('loss=1.5 0.1 accuracy\r\nlo'));
  metrics.push('algo-2', 'stdout', Buffer.from('loss=nan\n'));
  metrics.push('algo-1', 'stdout', Buffer.from('ss=1_0.5\nloss=none\nloss=2'));
  assert.deepEqual(await metrics.close({ hasRun: true }), [
    { MetricName: 'loss', Value: 2, Timestamp: 1.5 },
    { MetricName: 'acc', Value: 0.1, Timestamp: 1.5 },
  ]);
  assert.deepEqual(
    points.map(({ host, name, value }) => [host, name, value]),
    [
      ['algo-1', 'loss', 1.5],
      ['algo-1', 'acc', 0.1],
      ['algo-2', 'loss', Number.NaN],
      ['algo-1', 'loss', 10.5],
      ['algo-1', 'loss', 2],
    ],
  );
  const stored = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal(stored.length, 5);
  assert.equal(stored[0], '{"time":1500,"host":"algo-1","name":"loss","value":1.5}');
  assert.equal(stored[2], '{"time":1500,"host":"algo-2","name":"loss","value":"NaN"}');
  assert.deepEqual(warnings, [
    'metric "loss" has no value in 1 line that its expression matches: "none" is not a number',
  ]);
});

test('a pattern that backtracks without end is given up, and costs the others nothing', async (t) => {
  const { metrics, points, warnings } = open(t, { evil: '((?:a+)+)b', step: 'step=(\\d+)' });
  const lines = 100_000;
  for (let i = 0; i < lines; i += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => `step=${i + index}\n`).join('');
    metrics.push('algo-1', 'stdout', Buffer.from(i === 50_000 ? `b${'a'.repeat(100)}\n${batch}` : batch));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [final, ...more] = await metrics.close({ hasRun: true });
  assert.deepEqual([final?.MetricName, final?.Value, more], ['step', lines - 1, []]);
  assert.equal(points.length, lines);
  assert.deepEqual(warnings, [
    'metric "evil" is given up: its regular expression takes too long on a line of the log. It is "((?:a+)+)b"; avoid repeats within repeats, such as (a+)+',
  ]);
});

test('values before the line on which a pattern is given up are kept', async (t) => {
  const { metrics } = open(t, { evil: 'x=(?:a+)+b|x=(\\d)' });
  metrics.push('algo-1', 'stdout', Buffer.from(`x=1\nx=2\nbx=${'a'.repeat(100)}\nx=3\n`));
  assert.deepEqual(await metrics.close({ hasRun: true }), [{ MetricName: 'evil', Value: 2, Timestamp: 1.5 }]);
});

test('lines that come faster than they are matched are left out, and counted once', async (t) => {
  const { metrics, warnings } = open(t, { evil: '((?:a+)+)b' });
  metrics.push('algo-1', 'stdout', Buffer.from(`b${'a'.repeat(100)}\n`));
  await new Promise((resolve) => setImmediate(resolve));
  const many = Buffer.from('0123456789abcde\n'.repeat(65_536));
  for (let i = 0; i < 20; i++) metrics.push('algo-1', 'stdout', many);
  await metrics.close({ hasRun: true });
  assert.equal(warnings.length, 2);
  assert.equal(
    warnings[1],
    `${4 * 65_536} lines were not searched for metrics: matching them took longer than writing them`,
  );
});
