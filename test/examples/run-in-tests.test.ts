import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

test('the tests of run-in-tests pass, and leave nothing behind', async (t) => {
  const file = join(ROOT, 'examples', 'run-in-tests', 'test', 'train.test.mjs');
  const dir = temporaryFolder(t);
  const { code, stdout } = await runWords(t, [process.execPath, '--test', file], {
    variables: { HOME: dir, TMPDIR: dir },
  });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /pass 3$/m);
  assert.deepEqual(readdirSync(dir), []);
});
