// Which image a job runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CreateTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { readImageOption } from '../../../src/endpoint/jobs/image-rules.ts';
import { jobRequest, putSource, untilEnded } from '../../support/endpoint-jobs.ts';
import { makeFakeEngine } from '../../support/fake-engine.ts';
import { temporaryFolder } from '../../support/job.ts';
import { startJobsEndpoint } from '../../support/jobs-endpoint.ts';

const WANTED = 'registry.example/wanted:1';

/** Runs a job of that image on a container engine, with rules as the option --image has them. */
async function run(
  t: TestContext,
  {
    rules,
    isMissing = false,
    image = WANTED,
  }: { readonly rules: readonly string[]; readonly isMissing?: boolean; readonly image?: string },
) {
  const dir = temporaryFolder(t);
  const { variables, breakCall } = makeFakeEngine(dir, 0.1);
  if (isMissing) breakCall('pull', 'exit1');
  const home = join(dir, 'home');
  const endpoint = await startJobsEndpoint(t, {
    engine: 'docker',
    images: rules.map(readImageOption),
    variables: { ...variables, HOME: process.env['HOME'], OPTML_HOME: home },
  });
  const request = jobRequest('with-image', await putSource(endpoint, 'train.sh', 'true'), {
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
  });
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  const described = await untilEnded(endpoint, 'with-image');
  // Behind its last status the job writes its report into a folder that is removed before the endpoint is closed.
  await endpoint.jobs.stopAll();
  assert.equal(described.AlgorithmSpecification?.TrainingImage, image);
  const calls = () => readFileSync(join(dir, 'state', 'calls'), 'utf8');
  return { described, calls, record: endpoint.jobs.store.read('with-image') };
}

test('a job whose image is not available fails, and its reason says how to map the image', async (t) => {
  const { described } = await run(t, { rules: ['other*=process'], isMissing: true });
  assert.equal(described.TrainingJobStatus, 'Failed');
  assert.equal(
    described.FailureReason,
    "ClientError: the image registry.example/wanted:1 could not be pulled. To run another image in its place, start the endpoint with --image 'PATTERN=NAME', or without a container with --image 'PATTERN=process'.",
  );
});

test('a mapped image runs in place of the one that the request names', async (t) => {
  const { calls, record } = await run(t, { rules: ['wanted:*=mine:2'] });
  assert.match(calls(), /^run .*\bmine:2\b/m);
  assert.doesNotMatch(calls(), /registry\.example/);
  assert.equal(record.image, 'mine:2');
});

test('an image that is mapped to "process" runs without a container', async (t) => {
  const { described, record } = await run(t, { rules: ['*wanted*=process'], isMissing: true });
  assert.equal(described.TrainingJobStatus, 'Completed', described.FailureReason);
  assert.equal(record.engine, 'process');
});

test('a rule for the name of an image of AWS comes before the alias of optml', async (t) => {
  const aws = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
  const { calls } = await run(t, { rules: ['*xgboost*=mine:3'], image: aws });
  assert.match(calls(), /^run .*\bmine:3\b/m);
  const plain = await run(t, { rules: [], image: aws });
  assert.match(plain.calls(), /^run .*\boptml:xgboost\b/m);
});
