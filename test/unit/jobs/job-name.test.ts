import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJobName, numberedName } from '../../../src/jobs/job-name.ts';

test('names of jobs are those of the API, and safe as names of folders', () => {
  for (const name of ['a', 'A-b--c9', 'x'.repeat(63)]) assert.ok(isJobName(name), name);
  for (const name of ['', '-a', 'a-', 'a_b', '..', 'a/b', 'x'.repeat(64), 'a\n']) assert.ok(!isJobName(name), name);
});

test('a number is appended within the length and pattern of names', () => {
  assert.equal(numberedName('job', 1), 'job');
  assert.equal(numberedName('job', 2), 'job-2');
  assert.equal(numberedName('x'.repeat(63), 12), `${'x'.repeat(60)}-12`);
  const name = numberedName(`${'x'.repeat(59)}--yy`, 12);
  assert.equal(name, `${'x'.repeat(59)}-12`);
  assert.ok(isJobName(name));
});
