import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import { watchReads } from '../../../../../src/validate/observe/left-files/checkpoint-reads.ts';
import { temporaryFolder } from '../../../../support/job.ts';

test('a file is treated as read if its content was, also if another one has taken its name since', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'checkpoints', 'old'), { recursive: true });
  for (const name of ['a', 'b', 'old/c']) writeFileSync(join(dir, 'checkpoints', name), name);
  writeFileSync(join(dir, 'checkpoints', 'empty'), '');
  const scratch = JobFolder.open(dir);
  const folder = JobFolder.open(join(dir, 'checkpoints'));
  const watch = await watchReads(folder, { scratch, signal: new AbortController().signal });
  t.after(() => {
    watch.close();
    folder.close();
    scratch.close();
  });
  if (watch.result() === undefined) return t.skip('the file system does not note reads');
  writeFileSync(join(dir, 'checkpoints', 'new'), 'b');
  renameSync(join(dir, 'checkpoints', 'new'), join(dir, 'checkpoints', 'b'));
  readFileSync(join(dir, 'checkpoints', 'b'));
  writeFileSync(join(dir, 'checkpoints', 'a'), 'in place');
  assert.deepEqual(watch.result(), { watched: 3, read: 0 });
  readFileSync(join(dir, 'checkpoints', 'old', 'c'));
  assert.deepEqual(watch.result(), { watched: 3, read: 1 });
});
