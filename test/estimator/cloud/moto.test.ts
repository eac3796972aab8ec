// The platform at moto, which knows no logs of jobs, and ends a job immediately.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCloudPlatform } from '../../../src/estimator/cloud/open-cloud-platform.ts';
import { motoServer } from '../../support/moto-server.ts';
import { trainingRequest } from '../support/local-platform.ts';
import { allUpdates } from '../support/scripted-platform.ts';

test('a job at moto is created, described and followed to its end', async (t) => {
  const url = await motoServer(t);
  if (url === undefined) return;
  const variables = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
  const platform = openCloudPlatform({ variables: { ...variables, AWS_ENDPOINT_URL: url } });
  t.after(() => platform.close());
  assert.equal(await platform.accountId(), '123456789012');
  const { TrainingJobArn } = await platform.start(trainingRequest('at-moto', { epochs: '3' }));
  assert.match(TrainingJobArn, /^arn:aws:sagemaker:eu-west-1:123456789012:training-job\/at-moto$/);
  const described = await platform.describe('at-moto');
  assert.deepEqual(described.HyperParameters, { epochs: '3' });
  assert.equal(typeof described.CreationTime, 'number');
  const updates = await allUpdates(platform.follow('at-moto'));
  const end = updates.at(-1);
  assert.equal(end?.type === 'end' && end.description.TrainingJobStatus, 'Completed');
  assert.deepEqual(await platform.logs('at-moto').hosts(), []);
  await assert.rejects(platform.describe('absent'), { code: 'JOB_NOT_FOUND' });
});
