import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { watchRun } from '../../../../src/cli/run/watch/watch-run.ts';
import { temporaryFolder } from '../../../support/job.ts';

test('a change while the request is read again starts another run', { timeout: 20_000 }, async (t) => {
  const path = temporaryFolder(t);
  const file = join(path, 'job.json');
  writeFileSync(file, '1');
  let content = '1';
  const runs: string[] = [];
  const run = async (read: string, stop: AbortSignal) => {
    runs.push(read);
    if (read === '1') writeFileSync(file, '22');
    if (read === '333') process.emit('SIGINT', 'SIGINT');
    if (!stop.aborted) await once(stop, 'abort');
    return 0;
  };
  await watchRun(async (isFirst) => {
    const read = isFirst ? content : content === '1' ? '22' : '333';
    content = read;
    // An editor saves it again after it was read.
    if (read === '22') writeFileSync(file, '333');
    return { roots: [{ path, isIgnored: () => false }], run: (stop) => run(read, stop) };
  });
  assert.deepEqual(runs, ['1', '22', '333']);
});
