import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../../src/jobs/job-store.ts';
import { pruneJobs } from '../../../src/local/removal/prune-jobs.ts';
import { removeJob } from '../../../src/local/removal/remove-job.ts';
import { temporaryFolder } from '../../support/job.ts';
import { endedRecord } from '../../support/records.ts';

test('a folder of jobs that cannot be written to is named, and is no defect of optml', async (t) => {
  const dir = temporaryFolder(t);
  const variables = { OPTML_HOME: dir };
  const store = openStore(variables);
  store.claim('job', (name) => endedRecord(name));
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await assert.rejects(removeJob({ ...store, jobsDir: file }, 'job', { variables, isForced: false }), {
    code: 'DISK_WRITE_FAILED',
    where: file,
    message: /^the job job cannot be removed: E/,
  });
  assert.ok(existsSync(store.folderOf('job')));
});

test('jobs with a record that cannot be read stay, and a warning names them', async (t) => {
  const variables = { OPTML_HOME: temporaryFolder(t) };
  const store = openStore(variables);
  for (const name of ['broken', 'old']) store.claim(name, (claimed) => endedRecord(claimed));
  writeFileSync(join(store.folderOf('broken'), 'job.json'), '{');
  const warnings: string[] = [];
  const { removed } = await pruneJobs(store, {
    variables,
    mostBytes: 0,
    isDryRun: false,
    warn: (message) => warnings.push(message),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  assert.deepEqual(
    removed.map(({ name }) => name),
    ['old'],
  );
  const dir = store.folderOf('broken');
  assert.deepEqual(warnings, [
    `${dir} stays: the record of that job cannot be read. "optml describe broken" says what to do`,
  ]);
  assert.ok(existsSync(dir));
});
