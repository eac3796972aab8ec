import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { MetricPoint } from '../../../../src/jobs/metrics/metrics-file.ts';
import { ReportedMetrics } from '../../../../src/jobs/metrics/reported-metrics.ts';
import { temporaryFolder } from '../../../support/job.ts';

function open(t: TestContext, defined: readonly string[] = []) {
  const dir = temporaryFolder(t);
  const points: MetricPoint[] = [];
  const warnings: string[] = [];
  const metrics = new ReportedMetrics(dir, {
    defined,
    onPoint: (point) => void points.push(point),
    warn: (message) => void warnings.push(message),
    now: () => 5000,
  });
  return { dir, points, warnings, metrics };
}

const OUTPUT =
  'begin\noptml metric loss=0.5;\r\nx optml metric a:b=-1e-7;optml metric loss=nan; end\nnot optml metric\n';
const VALUES = [
  ['loss', 0.5],
  ['a:b', -1e-7],
  ['loss', Number.NaN],
];

test('however the output is cut into reads, the same values are found once', async (t) => {
  for (let size = 1; size < OUTPUT.length; size++) {
    const { points, metrics } = open(t);
    for (let at = 0; at < OUTPUT.length; at += size) {
      void metrics.push('algo-1', 'stdout', Buffer.from(OUTPUT.slice(at, at + size)));
    }
    await metrics.close();
    assert.deepEqual(
      points.map(({ name, value }) => [name, value]),
      VALUES,
      `reads of ${size} bytes`,
    );
  }
});

test('parts of two streams or two hosts do not make a value', async (t) => {
  const { points, metrics } = open(t);
  void metrics.push('algo-1', 'stdout', Buffer.from('optml metric loss='));
  void metrics.push('algo-1', 'stderr', Buffer.from('1;'));
  void metrics.push('algo-2', 'stdout', Buffer.from('2;'));
  assert.deepEqual(points, []);
  void metrics.push('algo-1', 'stdout', Buffer.from('3;'));
  assert.deepEqual(points, [{ time: 5000, host: 'algo-1', name: 'loss', value: 3 }]);
  await metrics.close();
});

test('values are stored in the folder of the job, and the last ones are returned', async (t) => {
  const { dir, metrics } = open(t);
  await metrics.push('algo-1', 'stdout', Buffer.from(OUTPUT));
  assert.deepEqual(await metrics.close(), [
    { MetricName: 'loss', Value: Number.NaN, Timestamp: 5 },
    { MetricName: 'a:b', Value: -1e-7, Timestamp: 5 },
  ]);
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ name, value }) => [name, Number(value)]),
    VALUES,
  );
});

test('a metric that the request defines is left to its expression', async (t) => {
  const { dir, points, metrics } = open(t, ['loss', 'a:b']);
  void metrics.push('algo-1', 'stdout', Buffer.from(OUTPUT));
  assert.deepEqual([points, await metrics.close(), existsSync(join(dir, 'metrics.jsonl'))], [[], [], false]);
});

test('of more than 40 names that come at the same time the first 40 are kept', async (t) => {
  const { metrics, points, warnings } = open(t);
  const lines = Array.from({ length: 60 }, (_, index) => `optml metric m${index}=1;\n`);
  void metrics.push('algo-1', 'stdout', Buffer.from(lines.join('')));
  assert.equal((await metrics.close()).length, 40);
  assert.equal(points.length, 40);
  assert.equal(warnings.length, 1);
});

test('of more than 40 names the first 40 are kept, and one warning reports it', async (t) => {
  const { metrics, warnings } = open(t);
  for (let index = 0; index < 60; index++)
    void metrics.push('algo-1', 'stdout', Buffer.from(`optml metric m${index}=1;\n`));
  assert.equal((await metrics.close()).length, 40);
  assert.deepEqual(warnings, [
    'the program reports more than 40 metrics: the record and the charts contain the first 40',
  ]);
});
