// Jobs through the AWS SDK: from the request to the bytes of the model.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateTrainingJobCommand,
  DeleteTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
  UpdateTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { jobRequest, putSource, untilEnded, untilOutput } from '../../support/endpoint-jobs.ts';
import { startJobsEndpoint } from '../../support/jobs-endpoint.ts';

const SAVING = `trap 'echo saved > "$SM_MODEL_DIR/saved"; exit 0' TERM
echo "begun"
while :; do sleep 0.1; done
`;

test('a job trains and leaves its model in S3', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const source = await putSource(
    endpoint,
    'train.sh',
    'cp -r "$SM_CHANNEL_TRAIN" "$SM_MODEL_DIR"/data; echo "loss=0.25;"',
  );
  await endpoint.s3.put('data/x.txt', 'from S3');
  const dataSource = { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/data/' } as const;
  const request = jobRequest('first-job', source, {
    AlgorithmSpecification: {
      TrainingImage: 'training-image',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
    },
    InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: dataSource } }],
  });
  const { TrainingJobArn } = await endpoint.client.send(new CreateTrainingJobCommand(request));
  assert.equal(TrainingJobArn, 'arn:aws:sagemaker:eu-west-1:000000000000:training-job/first-job');
  const described = await untilEnded(endpoint, 'first-job');
  assert.equal(described.TrainingJobStatus, 'Completed');
  assert.deepEqual(
    described.SecondaryStatusTransitions?.map(({ Status }) => Status),
    ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed'],
  );
  assert.deepEqual(
    described.FinalMetricDataList?.map(({ MetricName, Value }) => [MetricName, Value]),
    [['loss', 0.25]],
  );
  assert.equal(described.ModelArtifacts?.S3ModelArtifacts, 's3://bucket/output/first-job/output/model.tar.gz');
  assert.ok(await endpoint.s3.get('output/first-job/output/model.tar.gz'));
});

test('a new job is described with the defaults of the service and without a model', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const request = jobRequest('described', await putSource(endpoint, 'train.sh', SAVING), {
    Environment: { COLOUR: 'blue', API_TOKEN: 'abcdef-123456' },
  });
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  const described = await endpoint.client.send(new DescribeTrainingJobCommand({ TrainingJobName: 'described' }));
  assert.equal(described.TrainingJobStatus, 'InProgress');
  assert.equal(described.ModelArtifacts, undefined);
  assert.equal(described.TrainingEndTime, undefined);
  assert.deepEqual(described.OutputDataConfig, {
    KmsKeyId: '',
    CompressionType: 'GZIP',
    S3OutputPath: 's3://bucket/output',
  });
  assert.deepEqual(described.AlgorithmSpecification?.MetricDefinitions, []);
  assert.equal(described.EnableManagedSpotTraining, false);
  assert.deepEqual(described.HyperParameters, request.HyperParameters);
  assert.deepEqual(described.Environment, { COLOUR: 'blue', API_TOKEN: '******' });
});

test('a job whose value is masked in its description gets the real one', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const source = await putSource(endpoint, 'train.sh', 'test "$API_TOKEN" = abcdef-123456');
  const request = jobRequest('with-secret', source, { Environment: { API_TOKEN: 'abcdef-123456' } });
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  assert.equal((await untilEnded(endpoint, 'with-secret')).TrainingJobStatus, 'Completed');
});

test('a program finds the mode of its channel as the request has it', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const script = 'grep -q "\\"TrainingInputMode\\": *\\"FastFile\\"" "$SM_INPUT_CONFIG_DIR"/inputdataconfig.json';
  await endpoint.s3.put('data/x.txt', 'from S3');
  const dataSource = { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/data/' } as const;
  const request = jobRequest('fast-file', await putSource(endpoint, 'train.sh', script), {
    InputDataConfig: [{ ChannelName: 'train', InputMode: 'FastFile', DataSource: { S3DataSource: dataSource } }],
  });
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  const { TrainingJobStatus: status, FailureReason: reason } = await untilEnded(endpoint, 'fast-file');
  assert.equal(status, 'Completed', reason);
});

test('a stopped job is Stopping immediately, saves its model and is Stopped', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const name = 'to-be-stopped';
  const request = jobRequest(name, await putSource(endpoint, 'train.sh', SAVING));
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  await untilOutput(endpoint, name, /begun/);
  await endpoint.client.send(new StopTrainingJobCommand({ TrainingJobName: name }));
  const stopping = await endpoint.client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  assert.match(stopping.TrainingJobStatus ?? '', /^Stopp(?:ing|ed)$/);
  const listed = await endpoint.client.send(new ListTrainingJobsCommand({ StatusEquals: 'InProgress' }));
  assert.deepEqual(listed.TrainingJobSummaries, []);
  const stopped = await untilEnded(endpoint, name);
  assert.equal(stopped.TrainingJobStatus, 'Stopped');
  assert.ok(await endpoint.s3.get(`output/${name}/output/model.tar.gz`));
  await assert.rejects(endpoint.client.send(new StopTrainingJobCommand({ TrainingJobName: name })), {
    name: 'ValidationException',
    message: 'The request was rejected because the training job is in status Stopped.',
  });
});

test('names are unique, also while several requests come at the same time', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const request = jobRequest('unique', await putSource(endpoint, 'train.sh', 'true'));
  const created = await Promise.allSettled(
    Array.from({ length: 5 }, () => endpoint.client.send(new CreateTrainingJobCommand(request))),
  );
  const refused = created.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  assert.equal(refused.length, 4);
  for (const { name, message } of refused) {
    assert.equal(name, 'ResourceInUse');
    assert.equal(
      message,
      'Training job names must be unique within an AWS account and region, and a training job with this name already exists (arn:aws:sagemaker:eu-west-1:000000000000:training-job/unique)',
    );
  }
});

test('a job that runs cannot be deleted; one that has ended leaves nothing but its model', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const TrainingJobName = 'deleted';
  const request = jobRequest(TrainingJobName, await putSource(endpoint, 'train.sh', SAVING));
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  const remove = () => endpoint.client.send(new DeleteTrainingJobCommand({ TrainingJobName }));
  await assert.rejects(remove(), { name: 'ResourceInUse', message: /in status InProgress\. Stop it first/ });
  await untilOutput(endpoint, TrainingJobName, /begun/);
  await endpoint.client.send(new StopTrainingJobCommand({ TrainingJobName }));
  await untilEnded(endpoint, TrainingJobName);
  await remove();
  assert.equal(existsSync(endpoint.jobs.store.folderOf(TrainingJobName)), false);
  await assert.rejects(remove(), { name: 'ValidationException', message: 'Requested resource not found.' });
  assert.deepEqual((await endpoint.client.send(new ListTrainingJobsCommand({}))).TrainingJobSummaries, []);
  assert.ok(await endpoint.s3.get(`output/${TrainingJobName}/output/model.tar.gz`));
});

test('the warm pool of a job is available after its end, and its time can be changed', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const TrainingJobName = 'warm';
  const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 } as const;
  const request = jobRequest(TrainingJobName, await putSource(endpoint, 'train.sh', 'true'), {
    ResourceConfig: { ...resources, KeepAlivePeriodInSeconds: 60 },
  });
  const update = () =>
    endpoint.client.send(
      new UpdateTrainingJobCommand({ TrainingJobName, ResourceConfig: { KeepAlivePeriodInSeconds: 120 } }),
    );
  await endpoint.client.send(new CreateTrainingJobCommand(request));
  await assert.rejects(update(), { name: 'ValidationException', message: /It has: InUse/ });
  assert.equal((await untilEnded(endpoint, TrainingJobName)).WarmPoolStatus?.Status, 'Available');
  await update();
  const described = await endpoint.client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  assert.deepEqual(described.ResourceConfig, { ...resources, KeepAlivePeriodInSeconds: 120 });
});

test('only the user can read the order that a job gets from its endpoint, and only until the job starts', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  const source = await putSource(endpoint, 'train.sh', SAVING);
  await endpoint.client.send(new CreateTrainingJobCommand(jobRequest('runs', source)));
  // The second one waits awake, the third one sleeps.
  await endpoint.client.send(new CreateTrainingJobCommand(jobRequest('waits', source)));
  await endpoint.client.send(new CreateTrainingJobCommand(jobRequest('sleeps', source)));
  await untilOutput(endpoint, 'runs', /begun/);
  const orderOf = (name: string) => join(endpoint.jobs.store.folderOf(name), 'order.json');
  assert.equal(existsSync(orderOf('runs')), false);
  assert.equal(statSync(orderOf('sleeps')).mode & 0o777, 0o600);
});
