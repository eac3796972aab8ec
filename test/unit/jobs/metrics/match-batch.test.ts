import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchMatcher } from '../../../../src/jobs/metrics/match-batch.ts';
import { describeSkipped } from '../../../../src/jobs/metrics/warnings.ts';

function valuesOf(text: string, { isShortened }: { readonly isShortened: boolean }): readonly number[] {
  const match = batchMatcher({ regexes: [String.raw`.*loss=(\S+)`], progress: new Int32Array(3) });
  const chunk = { host: 'algo-1', time: 0, bytes: Buffer.from(text), isShortened };
  return match({ chunks: [chunk], limits: [1] }).values.map(({ value }) => value);
}

test('a value that reaches the end of a shortened line is not used, since it might go on', () => {
  assert.deepEqual(valuesOf('loss=0.12', { isShortened: true }), []);
  assert.deepEqual(valuesOf('loss=0.12 and more', { isShortened: true }), [0.12]);
  assert.deepEqual(valuesOf('loss=0.12', { isShortened: false }), [0.12]);
});

test('lines that were not searched to their end are counted in one warning for each reason', () => {
  assert.deepEqual(describeSkipped({ dropped: 0, shortened: 0 }), []);
  assert.deepEqual(describeSkipped({ dropped: 1, shortened: 2 }), [
    '1 line was not searched for metrics: matching them took longer than writing them',
    'only the first 4 MiB of 2 longer lines were searched for metrics',
  ]);
});
