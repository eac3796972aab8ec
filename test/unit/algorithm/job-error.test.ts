import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobError } from '../../../src/algorithm/client-error.ts';

test('of very many mistakes the first are named, and the others are counted', () => {
  const problems = Array.from({ length: 100_000 }, (_, index) => ({
    kind: 'hyperparameter' as const,
    name: 'eval_metrics',
    path: `[${index}]`,
    message: 'expected one of msd, ssd',
  }));
  const { message } = jobError('kmeans', problems);
  const lines = message.split('\n');
  assert.equal(lines[0], 'the job has 100000 mistakes for kmeans:');
  assert.equal(lines.length, 52);
  assert.equal(lines.at(-1), '... and 99950 more');
});
