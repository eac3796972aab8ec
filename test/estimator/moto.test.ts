// The Estimator and `optml submit` at moto, which ends a job immediately and knows no logs of jobs.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Estimator } from '../../src/estimator/index.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { motoServer } from '../support/moto-server.ts';
import { runWords } from '../support/run.ts';

test('the Estimator and submit upload to moto, create their jobs and see them end', async (t) => {
  const url = await motoServer(t);
  if (url === undefined) return;
  const dir = temporaryFolder(t);
  for (const name of ['src', 'data']) mkdirSync(join(dir, name));
  writeFileSync(join(dir, 'src/train.py'), 'print(1)\n');
  writeFileSync(join(dir, 'data/a.csv'), '1\n');
  const { PATH } = process.env;
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
  const variables = { PATH, HOME: dir, OPTML_HOME: join(dir, 'home'), ...keys, AWS_ENDPOINT_URL: url };
  const estimator = new Estimator({
    imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/optml:1',
    role: 'arn:aws:iam::123456789012:role/Trainer',
    entryPoint: 'train.py',
    sourceDir: 'src',
    instanceType: 'ml.m5.large',
    session: { baseDir: dir, variables },
  });
  const job = await estimator.fit({ train: './data' });
  const description = await job.describe();
  assert.equal(description.TrainingJobStatus, 'Completed');
  const uri = description.InputDataConfig?.[0]?.DataSource.S3DataSource?.S3Uri;
  assert.match(uri ?? '', /^s3:\/\/sagemaker-eu-west-1-123456789012\/.*uploads\/train\/[0-9a-f]{40}\/$/);
  const command = ['--source', 'src', '--program', 'train.py', '--channel', 'train=data', '--name', 'by-submit'];
  const options = ['--role', 'arn:aws:iam::123456789012:role/Trainer', '--instance-type', 'ml.m5.large'];
  const image = ['--image', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/optml:1'];
  const words = [process.execPath, join(ROOT, 'dist/bin/optml.cjs'), 'submit', ...command, ...options, ...image];
  const { code, stderr } = await runWords(t, words, { variables, cwd: dir });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /train: .* \(nothing sent, 1 file of 2 bytes there already\)/);
  assert.match(stderr, /^Job by-submit: Completed after/m);
});
