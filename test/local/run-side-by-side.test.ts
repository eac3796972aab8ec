// Two jobs at the same time in one process, each with its own environment: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { temporaryFolder } from '../support/job.ts';
import { requestOf } from '../support/run-job-command.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const SCRIPT = 'name-of-job; cat "$SAGEMAKER_BASE_DIR/input/data/training/a"; echo "$AWS_ENDPOINT_URL_S3"\n';

/** Runs a job whose home, tools and S3 are its own. Returns what its host wrote, and what it is to write. */
async function runOwn(t: TestContext, name: string) {
  const s3 = await startS3(t);
  await s3.put('in/a', `data of ${name}\n`);
  const dir = temporaryFolder(t);
  for (const folder of ['project', 'bin']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'project', 'train.sh'), SCRIPT);
  writeFileSync(join(dir, 'bin', 'name-of-job'), `#!/bin/sh\necho tool of ${name}\n`);
  for (const file of ['project/train.sh', 'bin/name-of-job']) chmodSync(join(dir, file), 0o755);
  const home = join(dir, 'home');
  const source = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } };
  const result = await runTrainingJob(
    requestOf({ TrainingJobName: 'same-name', InputDataConfig: [{ ChannelName: 'training', DataSource: source }] }),
    {
      baseDir: dir,
      engine: 'process',
      variables: {
        ...s3Variables(s3.endpoint),
        OPTML_HOME: home,
        PATH: `${join(dir, 'bin')}:${process.env['PATH']}`,
      },
    },
  );
  return {
    result,
    home,
    log: readFileSync(join(result.dir, 'logs', 'algo-1.log'), 'utf8'),
    expected: `tool of ${name}\ndata of ${name}\n${s3.endpoint}\n`,
  };
}

test('jobs that run at the same time in one process keep their home, tools and endpoint apart', async (t) => {
  for (const { result, home, log, expected } of await Promise.all([runOwn(t, 'one'), runOwn(t, 'two')])) {
    assert.equal(result.record.TrainingJobStatus, 'Completed', result.record.FailureReason);
    assert.equal(result.dir, join(home, 'jobs', 'same-name'));
    assert.ok(log.includes(expected), log);
  }
});
