// What killed jobs have left, and cannot be removed: `runTrainingJob` in this process. `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/jobs/job-store.ts';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { temporaryFolder } from '../support/job.ts';
import { endedRecord } from '../support/records.ts';
import { requestOf } from '../support/run-job-command.ts';

test('each start warns once of leftovers that it cannot remove, says where they are, and runs its own job', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'project', 'train.sh'), 'true\n');
  // No container engine on this PATH: what it holds cannot be removed.
  const variables = { PATH: dir, HOME: dir, OPTML_HOME: join(dir, 'home') };
  const store = openStore(variables);
  const runner = { pid: process.pid, startTicks: '1' };
  for (const name of ['killed-1', 'killed-2']) {
    store.claim(name, () => endedRecord(name, { runner, leftovers: ['docker'] }));
  }
  for (const name of ['first', 'second']) {
    const warnings: string[] = [];
    const { record, error } = await runTrainingJob(requestOf({ TrainingJobName: name }), {
      baseDir: dir,
      engine: 'process',
      variables,
      onEvent: (event) => {
        if (event.type === 'warning') warnings.push(event.message);
      },
    });
    assert.deepEqual([record.TrainingJobStatus, error], ['Completed', undefined]);
    const [warning, ...others] = warnings.filter((text) => text.includes('leftovers'));
    assert.deepEqual(others, []);
    assert.match(
      warning ?? '',
      /^The leftovers of killed jobs could not be removed; the next job tries again: \S+\/killed-2 \(.+\), \S+\/killed-1 \(.+\)$/,
    );
    assert.deepEqual(store.read('killed-1').leftovers, ['docker']);
  }
});
