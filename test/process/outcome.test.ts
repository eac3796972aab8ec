import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '../support/job.ts';

test('a script that succeeds leaves a success file, no failure file, and exit code 0', async (t) => {
  const result = await runJob(t, { program: 'train.sh', files: { 'code/train.sh': '#!/bin/sh\necho out; echo err >&2\n' } });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.isSuccess, true);
  assert.equal(result.failure, undefined);
  assert.equal(result.stdout, 'out\n');
  assert.match(result.stderr, /^err$/m);
});
