// What `optml submit` says about mistakes: one sentence that says what to do, and no job.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { optml, startSubmitPlace, writeJob } from '../support/submit-place.ts';

/** Variables of a caller without an endpoint: nothing is sent to AWS, as all of it ends before. */
const AWAY = { AWS_ENDPOINT_URL: '', AWS_REGION: 'us-east-1' };

test('mistakes in the request end with 2 before anything is sent', async (t) => {
  const place = await startSubmitPlace(t);
  for (const [args, expected] of [
    [
      ['--image', 'optml'],
      /--image \(AlgorithmSpecification\.TrainingImage\): SageMaker cannot pull "optml": .*Push it: /,
    ],
    [['--instance-type', 'local'], /--instance-type \(ResourceConfig\.InstanceType\): .*Pass --instance-type TYPE/],
    [['--role', 'training'], /--role \(RoleArn\): .*arn:aws:iam::ACCOUNT:role\/NAME/],
    [['--program', 'tain.py'], /there is no file tain\.py in .* Did you mean "train\.py"\?/],
    [['--detatch'], /unknown option "--detatch"\nFix: Did you mean "--detach"\?/],
  ] as const) {
    const { code, stderr } = await optml(place, ['submit', 'job.json', ...args], AWAY);
    assert.equal(code, 2, stderr);
    assert.match(stderr, expected);
  }
});

test('hyperparameters that the algorithm of AWS refuses end with 2 before anything is sent', async (t) => {
  const place = await startSubmitPlace(t);
  writeJob(place.dir, {
    AlgorithmSpecification: {
      TrainingImage: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1',
      TrainingInputMode: 'File',
    },
    HyperParameters: { num_rounds: '3', subsample: '0' },
  });
  const { code, stderr } = await optml(place, ['submit', 'job.json'], AWAY);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /num_rounds.*did you mean num_round\?/);
  assert.match(stderr, /subsample.*"0"/);
});

test('no role, from wherever', async (t) => {
  const place = await startSubmitPlace(t);
  writeJob(place.dir, { RoleArn: undefined });
  const { code, stderr } = await optml(place, ['submit', 'job.json'], AWAY);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /RoleArn: SageMaker needs an IAM role to run the job, and none is given\. Pass --role ARN, set OPTML_ROLE_ARN/,
  );
  const given = await optml(place, ['submit', 'job.json', '--dry-run'], {
    OPTML_ROLE_ARN: 'arn:aws:iam::123456789012:role/own',
  });
  assert.equal(given.code, 0, given.stderr);
  assert.equal(JSON.parse(given.stdout).RoleArn, 'arn:aws:iam::123456789012:role/own');
});

test('no credentials, no region, a foreign bucket, an image of another region', async (t) => {
  const place = await startSubmitPlace(t);
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_CONFIG_FILE: '/none',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
  };
  for (const [variables, args, expected] of [
    [none, [], /no AWS credentials were found\n[\s\S]*Fix: Set AWS_PROFILE, or AWS_ACCESS_KEY_ID/],
    [{ AWS_REGION: '', AWS_DEFAULT_REGION: '', ...none }, [], /no AWS region is set\n[\s\S]*Fix: Set AWS_REGION/],
    [{}, ['--bucket', 'bucket-of-others'], /s3:\/\/bucket-of-others: the bucket does not exist\n[\s\S]*Fix: Create it/],
    [
      { ...AWAY, AWS_REGION: 'eu-west-1' },
      [],
      /the image is in us-east-1, and the job would run in eu-west-1\. Set AWS_REGION=us-east-1/,
    ],
  ] as const) {
    const { code, stderr } = await optml(place, ['submit', 'job.json', ...args], variables);
    assert.notEqual(code, 0);
    assert.notEqual(code, 70, stderr);
    assert.match(stderr, expected);
  }
});

test('no quota: the sentence of AWS, and where to request more', async (t) => {
  const url = await refuseJobs(t);
  const place = await startSubmitPlace(t);
  const { code, stderr } = await optml(place, ['submit', 'job.json'], { AWS_ENDPOINT_URL_SAGEMAKER: url });
  assert.equal(code, 2);
  assert.match(
    stderr,
    /QUOTA_EXCEEDED: .*ml\.p4d\.24xlarge[\s\S]*Fix: Request a higher value of the quota "ml\.p4d\.24xlarge for training job usage" in Service Quotas/,
  );
});

/** A SageMaker that knows no jobs, and has no quota for another one. */
async function refuseJobs(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const isCreate = String(request.headers['x-amz-target']).endsWith('CreateTrainingJob');
    const body = isCreate
      ? {
          __type: 'ResourceLimitExceeded',
          message: "The account-level service limit 'ml.p4d.24xlarge for training job usage' is 0 Instances.",
        }
      : { __type: 'ValidationException', message: 'Requested resource not found.' };
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
