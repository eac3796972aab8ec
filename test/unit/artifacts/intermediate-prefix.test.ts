import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intermediatePrefix } from '../../../src/artifacts/intermediate-prefix.ts';

const prefix = (key: string, jobName: string | null = 'job-1', sagemakerJobName = '') =>
  intermediatePrefix({ bucket: 'b', key }, { jobName, sagemakerJobName }).key;

test('keys begin S3OUTPUT/JOB/output/intermediate/, with or without a slash at the end of S3OUTPUT (C56)', () => {
  assert.deepEqual(intermediatePrefix({ bucket: 'b', key: 'out' }, { jobName: 'job-1', sagemakerJobName: 'other' }), {
    bucket: 'b',
    key: 'out/job-1/output/intermediate/',
  });
  assert.equal(prefix('out/deep/'), 'out/deep/job-1/output/intermediate/');
  assert.equal(prefix(''), 'job-1/output/intermediate/');
});

test('without TRAINING_JOB_NAME the name is sagemaker_job_name, without both there is no such part (C56)', () => {
  assert.equal(prefix('out', null, 'named'), 'out/named/output/intermediate/');
  assert.equal(prefix('out', '', 'named'), 'out/named/output/intermediate/');
  assert.equal(prefix('out', null), 'out/output/intermediate/');
  assert.equal(prefix('', null), 'output/intermediate/');
});

test('slashes in front are dropped and others kept, as the reference has it', () => {
  assert.equal(prefix('//out'), 'out/job-1/output/intermediate/');
  assert.equal(prefix('a//b//'), 'a//b//job-1/output/intermediate/');
  assert.equal(prefix('a/#?%20 é'), 'a/#?%20 é/job-1/output/intermediate/');
});
