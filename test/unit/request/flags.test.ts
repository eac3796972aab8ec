import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequest } from '../../../src/request/check-request.ts';
import { applyFlags, jobNameFrom, type RequestFlags } from '../../../src/request/flags.ts';
import { CREATE_TRAINING_JOB } from '../../../src/request/training-job.ts';

const NONE: RequestFlags = { channels: [], hyperparameters: [], environment: [] };

test('flags alone make a whole request', () => {
  const request = applyFlags(
    undefined,
    {
      source: './src',
      program: 'train.ts',
      channels: [['training', './data']],
      hyperparameters: [['epochs', '3']],
      environment: [['KEY', 'a=b']],
      instances: 2,
      name: 'my-job',
      output: 's3://bucket/out',
      maxRuntimeSeconds: 600,
    },
    '/work dir',
  );
  assert.deepEqual(checkRequest(CREATE_TRAINING_JOB, request, true).request, {
    TrainingJobName: 'my-job',
    AlgorithmSpecification: { TrainingImage: 'optml', TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 2 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    HyperParameters: { sagemaker_submit_directory: '/work dir/src', sagemaker_program: 'train.ts', epochs: '3' },
    Environment: { KEY: 'a=b' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: '/work dir/data' } },
      },
    ],
  });
});

test('flags win over the file, member by member', () => {
  const file = {
    TrainingJobName: 'from-file',
    AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'Pipe' },
    HyperParameters: { epochs: '1', lr: '0.1' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        RecordWrapperType: 'RecordIO',
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/t', S3DataDistributionType: 'ShardedByS3Key' },
        },
      },
    ],
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
  const flags: RequestFlags = {
    ...NONE,
    channels: [
      ['training', '/data/'],
      ['test', 's3://b/test'],
    ],
    hyperparameters: [['epochs', '2']],
    image: 'other',
  };
  assert.deepEqual(applyFlags(file, flags, '/w'), {
    ...file,
    AlgorithmSpecification: { TrainingImage: 'other', TrainingInputMode: 'Pipe' },
    HyperParameters: { epochs: '2', lr: '0.1' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        RecordWrapperType: 'RecordIO',
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix', S3Uri: '/data/', S3DataDistributionType: 'ShardedByS3Key' },
        },
      },
      { ChannelName: 'test', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/test' } } },
    ],
  });
  assert.deepEqual(applyFlags(file, NONE, '/w'), file, 'none change nothing');
});

test('flags add channels where the file has an empty member for them', () => {
  const { InputDataConfig: channels } = applyFlags(
    { InputDataConfig: null },
    { ...NONE, channels: [['training', 's3://b/train']] },
    '/w',
  ) as { readonly InputDataConfig: readonly unknown[] };
  assert.deepEqual(channels, [
    { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/train' } } },
  ]);
});

test('a name for the job is made of the folder', () => {
  assert.equal(jobNameFrom('My project_2 (final)'), 'My-project-2-final');
  assert.equal(jobNameFrom('…'), 'job');
  assert.equal(jobNameFrom(`${'a'.repeat(39)}--b`), 'a'.repeat(39));
});
