// The MPI drivers of ModelTrainer report by files in /tmp, which hosts of the engine `process` share.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { DRIVER_MARKS } from '../../src/contract/channels.ts';
import { temporaryFolder } from '../support/job.ts';
import { openJob, startHost } from '../support/process-hosts.ts';

// No other test has a host of this name.
const HOSTS = [`algo-1-${process.pid}`, `algo-2-${process.pid}`] as const;
const MARKS = HOSTS.flatMap(DRIVER_MARKS);
const SHOW =
  'for mark in /tmp/ready.$HOST /tmp/done.$HOST; do if [ -e $mark ]; then echo "found $mark"; fi; touch $mark; done';

async function foundBy(t: TestContext, script: string): Promise<string> {
  t.after(() => {
    for (const mark of MARKS) rmSync(mark, { force: true });
  });
  const job = await openJob(t, { entrypoint: ['/bin/sh'], arguments: ['-c', script], hosts: HOSTS });
  const outputs: string[] = [];
  for (const name of HOSTS) {
    const { run, output } = await startHost(t, job, { name, mlDir: temporaryFolder(t), environment: { HOST: name } });
    await run.ended;
    outputs.push(output());
  }
  await job.session.close();
  return outputs.join('');
}

test('a host finds no file by which a driver of an earlier job on this machine reported, and none is left', async (t) => {
  for (const mark of MARKS) writeFileSync(mark, '');
  const found = await foundBy(t, `: /opt/ml/input/data/sm_drivers/sm_train.sh; ${SHOW}`);
  assert.equal(found, '');
  assert.deepEqual(MARKS.filter(existsSync), []);
});

test('a job without these drivers keeps such files', async (t) => {
  for (const mark of MARKS) writeFileSync(mark, '');
  await foundBy(t, 'true');
  assert.deepEqual(MARKS.filter(existsSync), MARKS);
});
