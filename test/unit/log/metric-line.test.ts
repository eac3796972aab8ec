import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkMetricDefinitions } from '../../../src/jobs/metrics/definitions.ts';
import { batchMatcher } from '../../../src/jobs/metrics/match-batch.ts';
import { isMetricName, metricLine, reportedValues } from '../../../src/log/metric-line.ts';
import { SEED_NOTE, seeded } from '../../support/json-values.ts';

const name = fc
  .array(fc.constantFrom(...'aZ09_.:/@-'), { minLength: 1, maxLength: 255 })
  .map((characters) => characters.join(''));

// JavaScript prints -0 as 0.
const number = fc.double().map((value) => value + 0);

test(`every number comes back from its line as it was (${SEED_NOTE})`, () => {
  fc.assert(
    fc.property(name, number, (metric, value) => {
      assert.ok(isMetricName(metric));
      assert.deepEqual(reportedValues(`epoch 3, ${metricLine(metric, value)} more\n`), [{ name: metric, value }]);
    }),
    seeded(500),
  );
});

test(`the expression of the documentation finds the same number on SageMaker (${SEED_NOTE})`, () => {
  fc.assert(
    fc.property(name, number, (metric, value) => {
      const Regex = `optml metric ${metric}=([^;]+);`;
      assert.deepEqual(checkMetricDefinitions([{ Name: metric, Regex }]), []);
      const match = batchMatcher({ regexes: [Regex], progress: new Int32Array(new SharedArrayBuffer(12)) });
      const bytes = Buffer.from(`${metricLine(metric, value)}\n`);
      const chunks = [{ host: 'algo-1', time: 0, bytes, isShortened: false }];
      assert.deepEqual(
        match({ chunks, limits: [Number.MAX_SAFE_INTEGER] }).values.map((found) => found.value),
        [value],
      );
    }),
    seeded(500),
  );
});

test('text that only resembles a line of a metric reports nothing', () => {
  for (const text of [
    'optml metric loss=0.5',
    'optml metric =0.5;',
    'optml metric a b=0.5;',
    'optml metric loss=;',
    'optml metric loss=1e;',
    'optml metric loss=1.2.3;',
    'optml metric loss=0x10;',
    'optml metric loss=\n0.5;',
    `optml metric ${'a'.repeat(256)}=0.5;`,
    `optml metric loss=${'1'.repeat(41)};`,
    'optml  metric loss=0.5;',
  ])
    assert.deepEqual(reportedValues(text), [], text);
});
