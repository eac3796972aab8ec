import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFiles } from '../support/fakes.ts';
import { makeJob, startTrain, TRAIN, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const skip = existsSync('/opt/ml') && 'SKIPPED: /opt/ml exists on this machine';

test('SAGEMAKER_BASE_DIR replaces /opt/ml and is exported; only code/ is made (C8)', async (t) => {
  const base = makeJob(t, { program: 'train.sh' });
  const source = temporaryFolder(t);
  writeFiles(source, { 'train.sh': 'echo "$SAGEMAKER_BASE_DIR $SM_MODEL_DIR"\n' });
  const result = await startTrain(t, base, { SAGEMAKER_SUBMIT_DIRECTORY: source }).ended;
  assert.equal(result.stdout, `${base} ${base}/model\n`);
  assert.deepEqual(readdirSync(base).sort(), ['code', 'input', 'model', 'output']);
});

test('a relative base directory is made absolute', async (t) => {
  const base = makeJob(t, {
    program: 'train.sh',
    files: { 'code/train.sh': 'echo "$SAGEMAKER_BASE_DIR $SM_MODEL_DIR $PWD"\n' },
  });
  const variables = { SAGEMAKER_BASE_DIR: './ml/', OPTML_PACKAGE: 'never' };
  const result = await runWords(t, [process.execPath, TRAIN], { variables, cwd: join(base, '..') });
  assert.equal(result.stdout, `${base} ${base}/model ${base}/code\n`, result.stderr);
});

test('without any base directory a local job folder is made under HOME, and said (C8)', { skip }, async (t) => {
  const home = temporaryFolder(t);
  writeFiles(home, {
    'source/train.sh': 'echo "$SM_CURRENT_HOST $SM_CURRENT_INSTANCE_TYPE $SM_CURRENT_INSTANCE_GROUP $SM_MODEL_DIR"\n',
  });
  const variables = {
    HOME: home,
    SAGEMAKER_PROGRAM: 'train.sh',
    SAGEMAKER_SUBMIT_DIRECTORY: join(home, 'source'),
    SM_STUDIO_LOCAL_MODE: 'True',
    OPTML_PACKAGE: 'never',
  };
  const result = await runWords(t, [process.execPath, TRAIN], { variables });
  assert.equal(result.code, 0, result.stderr);
  const [timestamp = '', ...others] = readdirSync(join(home, 'sagemaker_local', 'jobs'));
  assert.deepEqual(others, []);
  assert.match(timestamp, /^\d{10}(\.\d+)?$/);
  const base = join(home, 'sagemaker_local', 'jobs', timestamp, 'opt', 'ml');
  assert.equal(result.stdout, `${hostname()} local homogeneousCluster ${base}/model\n`);
  assert.equal(
    result.stderr.includes(`Neither SAGEMAKER_BASE_DIR nor /opt/ml is there: the job folder is ${base}\n`),
    true,
  );
  assert.equal(readFileSync(join(base, 'input/config/hyperparameters.json'), 'utf8'), '{}');
  assert.equal(statSync(join(base, 'output/data')).isDirectory(), true);
  assert.equal(existsSync(join(base, 'output/success')), true);
});

test('a local job folder that cannot be made is a clear error, not a defect', { skip }, async (t) => {
  const home = join(temporaryFolder(t), 'file');
  writeFiles(home, { '../file': 'no folder' });
  const result = await runWords(t, [process.execPath, TRAIN], { variables: { HOME: home } });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /InfrastructureError DISK_WRITE_FAILED: the local job folder cannot be made: ENOTDIR/);
  assert.match(result.stderr, /Fix: Set SAGEMAKER_BASE_DIR/);
});
