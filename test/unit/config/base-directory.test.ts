import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findBaseDirectory, locateBaseDirectory } from '../../../src/config/base-directory.ts';
import { DEFAULT_BASE_DIR } from '../../../src/contract/paths.ts';
import { temporaryFolder } from '../../support/job.ts';

const whyDefault = existsSync(DEFAULT_BASE_DIR) && `SKIPPED: this machine has ${DEFAULT_BASE_DIR}`;

test('SAGEMAKER_BASE_DIR replaces /opt/ml, and nothing is written (C8)', (t) => {
  const dir = temporaryFolder(t);
  const { paths, isNewLocalJob } = findBaseDirectory({ SAGEMAKER_BASE_DIR: dir });
  assert.equal(isNewLocalJob, false);
  assert.equal(paths.baseDir, dir);
  assert.equal(paths.hyperparametersFile, join(dir, 'input/config/hyperparameters.json'));
  assert.equal(paths.failureFile, join(dir, 'output/failure'));
  assert.deepEqual(readdirSync(dir), []);
});

test('a relative SAGEMAKER_BASE_DIR is made absolute', () => {
  assert.equal(locateBaseDirectory({ SAGEMAKER_BASE_DIR: 'some/job' })?.baseDir, resolve('some/job'));
});

test('with neither base directory nor /opt/ml a local job is made below the home folder (C8)', {
  skip: whyDefault,
}, (t) => {
  const home = temporaryFolder(t);
  const { paths, isNewLocalJob } = findBaseDirectory({ HOME: home, SAGEMAKER_BASE_DIR: '' }, () => 1_700_000_000_250);
  assert.equal(isNewLocalJob, true);
  assert.equal(paths.baseDir, join(home, 'sagemaker_local/jobs/1700000000.25/opt/ml'));
  assert.equal(readFileSync(paths.hyperparametersFile, 'utf8'), '{}');
  assert.equal(readFileSync(paths.inputDataConfigFile, 'utf8'), '{}');
  const host = hostname();
  assert.deepEqual(JSON.parse(readFileSync(paths.resourceConfigFile, 'utf8')), {
    current_host: host,
    hosts: [host],
    current_group_name: 'homogeneousCluster',
    instance_groups: [{ instance_group_name: 'homogeneousCluster', instance_type: 'local', hosts: [host] }],
  });
  assert.ok(existsSync(paths.modelDir) && existsSync(paths.outputDataDir));
});

test('looking for the base directory alone writes nothing', { skip: whyDefault }, (t) => {
  const home = temporaryFolder(t);
  assert.equal(locateBaseDirectory({ HOME: home }), undefined);
  assert.deepEqual(readdirSync(home), []);
});

test('a home folder that cannot hold a job is an error that says what to set', { skip: whyDefault }, (t) => {
  const file = join(temporaryFolder(t), 'home');
  writeFileSync(file, '');
  assert.throws(() => findBaseDirectory({ HOME: file }), {
    code: 'DISK_WRITE_FAILED',
    fix: 'Set SAGEMAKER_BASE_DIR to a folder that holds the job, or HOME to one that is writable.',
  });
});
