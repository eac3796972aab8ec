// What SageMaker refuses at the endpoint, and in which words.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { jobRequest } from '../../support/endpoint-jobs.ts';
import { type JobsEndpoint, startJobsEndpoint } from '../../support/jobs-endpoint.ts';

const TARGET = 'SageMaker.CreateTrainingJob';

type Members = Record<string, unknown>;

async function refusals(t: TestContext): Promise<{
  readonly endpoint: JobsEndpoint;
  /** The message for a request with these members instead of its own. */
  readonly refused: (members: Members, code?: string) => Promise<string>;
}> {
  const endpoint = await startJobsEndpoint(t);
  const refused = async (members: Members, code = 'ValidationException') => {
    const request = { ...jobRequest('refused', {}), ...members };
    const { status, body } = await endpoint.send(TARGET, JSON.stringify(request));
    assert.equal(status, 400, JSON.stringify(body));
    assert.equal(body['__type'], code, JSON.stringify(body));
    return String(body['message']);
  };
  return { endpoint, refused };
}

test('a request without members gets all that is missing in one answer', async (t) => {
  const { endpoint } = await refusals(t);
  const { status, headers, body } = await endpoint.send(TARGET, '{}');
  assert.equal(status, 400);
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1');
  assert.match(String(headers['x-amzn-requestid']), /\S/);
  assert.equal(body['__type'], 'ValidationException');
  const [count, ...violations] = String(body['message']).split(/: (?=Value)|; /);
  const missing = [
    'trainingJobName',
    'outputDataConfig',
    'algorithmSpecification',
    'resourceConfig',
    'stoppingCondition',
    'roleArn',
  ];
  assert.equal(count, `${missing.length} validation errors detected`);
  const wanted = missing.map((path) => `Value at '${path}' failed to satisfy constraint: Member must not be null`);
  assert.deepEqual(violations.toSorted(), wanted.toSorted());
});

test('violated constraints are worded as the service words them', async (t) => {
  const { refused } = await refusals(t);
  assert.equal(
    await refused({ TrainingJobName: 'under_score' }),
    "1 validation error detected: Value 'under_score' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
  );
  const long = 'a'.repeat(64);
  assert.equal(
    await refused({ TrainingJobName: long }),
    `1 validation error detected: Value '${long}' at 'trainingJobName' failed to satisfy constraint: Member must have length less than or equal to 63`,
  );
  const types = await refused({ ResourceConfig: { InstanceType: 'ml.nope', InstanceCount: 1, VolumeSizeInGB: 1 } });
  assert.match(
    types,
    /^1 validation error detected: Value 'ml.nope' at 'resourceConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set: \[.*\bml\.m5\.large\b.*\]$/,
  );
  const source = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/x' } };
  assert.equal(
    await refused({
      InputDataConfig: [
        { ChannelName: 'a', DataSource: source },
        { ChannelName: 'b c', DataSource: source },
      ],
    }),
    "1 validation error detected: Value 'b c' at 'inputDataConfig.2.member.channelName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\.\\-_]+",
  );
});

test('rules between members are among the violations', async (t) => {
  const { refused } = await refusals(t);
  const message = await refused({
    RoleArn: 'no role at all, sorry',
    EnableManagedSpotTraining: true,
    StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 60 },
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
      { Key: 'aws:b', Value: '' },
    ],
  });
  assert.match(message, /^4 validation errors detected: /);
  assert.match(message, /MaxWaitTimeInSeconds \(60\) is less than MaxRuntimeInSeconds \(600\)/);
  assert.match(message, /'roleArn' failed to satisfy constraint/);
  assert.match(message, /the tag key "a" is there twice/);
  assert.match(message, /the prefix "aws:" of the tag key "aws:b" is reserved/);
});

test('what this machine does not have is refused, not ignored', async (t) => {
  const { refused } = await refusals(t);
  const algorithm = { AlgorithmName: 'mine', TrainingInputMode: 'File' };
  assert.match(await refused({ AlgorithmSpecification: algorithm }), /optml has no algorithm resources/);
  const fileSystem = {
    FileSystemId: 'fs-0123456789a',
    FileSystemAccessMode: 'ro',
    FileSystemType: 'EFS',
    DirectoryPath: '/x',
  };
  const channel = { ChannelName: 'a', DataSource: { FileSystemDataSource: fileSystem } };
  assert.match(await refused({ InputDataConfig: [channel] }), /optml reads channels from S3 only/);
  assert.match(
    await refused({ ServerlessJobConfig: { BaseModelArn: 'x' } }),
    /no image to run here|ServerlessJobConfig|serverlessJobConfig/,
  );
});

test('places of this machine are no places of the API', async (t) => {
  const { refused } = await refusals(t);
  assert.match(await refused({ OutputDataConfig: { S3OutputPath: '/etc' } }), /outputDataConfig\.s3OutputPath/);
  assert.match(await refused({ OutputDataConfig: { S3OutputPath: 'file:///etc' } }), /outputDataConfig\.s3OutputPath/);
  const image = { TrainingImage: '/etc', TrainingInputMode: 'File' };
  assert.match(await refused({ AlgorithmSpecification: image }), /algorithmSpecification\.trainingImage/);
});

test('more instances than this machine may have exceed a limit', async (t) => {
  const { refused } = await refusals(t);
  const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1000, VolumeSizeInGB: 1 };
  assert.match(
    await refused({ ResourceConfig: resources }, 'ResourceLimitExceeded'),
    /^The account-level service limit 'ml\.m5\.large for training job usage' is 200 Instances, with current utilization of 0 Instances and a request delta of 1000 Instances\./,
  );
});

test('a value of another type is not read', async (t) => {
  const { refused } = await refusals(t);
  for (const members of [
    { HyperParameters: { lr: 0.3 } },
    { StoppingCondition: [] },
    { EnableNetworkIsolation: 'yes' },
  ]) {
    assert.match(await refused(members, 'SerializationException'), /^The request cannot be read: /);
  }
});

test('members of newer clients are ignored, whatever their names', async (t) => {
  const { endpoint } = await refusals(t);
  const request = jobRequest('newer-client', {});
  const body = `{"Newer": {"a": [1]}, "__proto__": {"polluted": 1}, "constructor": 1, ${JSON.stringify(request).slice(1)}`;
  const { status } = await endpoint.send(TARGET, body);
  assert.equal(status, 200);
  assert.equal(({} as Members)['polluted'], undefined);
});

test('a refusal shows no secret', async (t) => {
  const { refused } = await refusals(t);
  const secret = 'hunter2-hunter2-hunter2';
  const message = await refused({ Environment: { API_TOKEN: secret.repeat(40) }, RoleArn: secret.repeat(40) });
  assert.match(message, /2 validation errors detected/);
  assert.doesNotMatch(message, /hunter2/);
});

test('operations that are not served are refused with their names', async (t) => {
  const { endpoint } = await refusals(t);
  for (const name of ['CreateModel', 'CreateHyperParameterTuningJob', 'constructor']) {
    const { status, body } = await endpoint.send(`SageMaker.${name}`, '{}');
    assert.equal(status, 400);
    assert.equal(body['__type'], 'UnknownOperationException');
    assert.match(String(body['message']), new RegExp(`^${name} is not part of optml: `));
  }
});

test('bodies that are no JSON object are refused', async (t) => {
  const { endpoint } = await refusals(t);
  const bodies = [
    '[]',
    '1',
    '{',
    '{"a": NaN}',
    '{"a": 01}',
    `${'[1,'.repeat(2000)}`,
    '{"a": "\\ud8"}',
    Buffer.from([0x7b, 0xff, 0x7d]),
  ];
  for (const body of bodies) {
    const answer = await endpoint.send(TARGET, body);
    assert.equal(answer.status, 400, String(body));
    assert.equal(answer.body['__type'], 'SerializationException', String(body));
  }
});

test('no name of a request leads to another folder', async (t) => {
  const { endpoint } = await refusals(t);
  const names = ['..', '../x', '.own-1', 'a/b', 'a\0b', '', ' ', 'a\n', '%2e%2e', 'jobs/../..'];
  for (const TrainingJobName of names) {
    for (const operation of ['DescribeTrainingJob', 'StopTrainingJob', 'DeleteTrainingJob', 'UpdateTrainingJob']) {
      const { status, body } = await endpoint.send(`SageMaker.${operation}`, JSON.stringify({ TrainingJobName }));
      assert.equal(status, 400);
      assert.equal(body['__type'], 'ValidationException', `${operation} ${TrainingJobName}`);
    }
    for (const operation of ['ListTags', 'AddTags', 'DeleteTags']) {
      const ResourceArn = `arn:aws:sagemaker:eu-west-1:000000000000:training-job/${TrainingJobName}`;
      const body = { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }], TagKeys: ['a'] };
      assert.equal((await endpoint.send(`SageMaker.${operation}`, JSON.stringify(body))).status, 400);
    }
  }
  assert.equal(existsSync(endpoint.home), false);
});

test('random members never fail the endpoint', async (t) => {
  const { endpoint } = await refusals(t);
  const values = [
    null,
    0,
    -1,
    2 ** 53,
    1e308,
    '',
    'x',
    'a'.repeat(3000),
    [],
    [[]],
    [null],
    {},
    { a: null },
    true,
    '\u0000',
    's3://',
    '\ud800',
  ];
  const operations = [
    'CreateTrainingJob',
    'ListTrainingJobs',
    'Search',
    'AddTags',
    'UpdateTrainingJob',
    'DescribeTrainingJob',
  ];
  const members = {
    ...jobRequest('random', {}),
    MaxResults: 1,
    NextToken: 'x',
    Resource: 'TrainingJob',
    ResourceArn: 'x',
    SearchExpression: {},
    CreationTimeAfter: 1,
  };
  const problems: string[] = [];
  for (const [index, name] of Object.keys(members).entries()) {
    for (const [place, value] of values.entries()) {
      const operation = operations[(index + place) % operations.length];
      const body = JSON.stringify({ ...members, TrainingJobName: '-', [name]: value });
      const { status } = await endpoint.send(`SageMaker.${operation}`, body);
      if (status !== 200 && status !== 400) problems.push(`${operation} ${name} ${place}: ${status}`);
    }
  }
  assert.deepEqual(problems, []);
});
