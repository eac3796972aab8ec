import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeProblems } from '../../../src/request/problem.ts';

test('the first 100 problems are listed, and the others are counted', () => {
  const problems = Array.from({ length: 102 }, (_, index) => ({ path: `Tags[${index}]`, message: 'wrong' }));
  const lines = describeProblems(problems).split('\n');
  assert.equal(lines.length, 101);
  assert.equal(lines[0], '  Tags[0]: wrong');
  assert.equal(lines[100], '  … and 2 more');
});
