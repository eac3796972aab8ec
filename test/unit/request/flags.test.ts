import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { checkRequest } from '../../../src/request/check-request.ts';
import { applyFlags, jobNameFrom, type RequestFlags } from '../../../src/request/flags.ts';
import { resolveLocalPaths } from '../../../src/request/local-paths.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { CREATE_TRAINING_JOB } from '../../../src/request/training-job.ts';

const NONE: RequestFlags = { channels: [], hyperparameters: [], environment: [] };

test('a path of a flag may start with the home folder', () => {
  const flags = { ...NONE, source: '~/src', channels: [['a', '~/data/']] as const, output: '~' };
  const text = JSON.stringify(applyFlags(undefined, flags, '/work'));
  for (const path of [`"${homedir()}/src"`, `"${homedir()}/data/"`, `"${homedir()}"`])
    assert.ok(text.includes(path), path);
});

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

/** What becomes of a location in an option: the location in the request, or the problem's message. */
const LOCATIONS: readonly (readonly [given: string, expected: string | RegExp])[] = [
  ['s3://bucket/prefix', 's3://bucket/prefix'],
  ['s3://bucket/prefix/', 's3://bucket/prefix/'],
  ['s3://bucket', 's3://bucket'],
  ['data', '/work dir/data'],
  ['./data/', '/work dir/data/'],
  ['../data', '/data'],
  ['/data', '/data'],
  ['file:///data/a%20b', '/data/a b'],
  ['file://./data', '/work dir/data'],
  ['./s3:/data', '/work dir/s3:/data'],
  ['s3://b/prefix', /^invalid location "s3:\/\/b\/prefix": expected s3:\/\/BUCKET\/KEY/],
  ['s3:///prefix', /pattern/],
  ['s3:/bucket/prefix', /pattern/],
  ['s3:bucket', /pattern/],
  ['file:/data', /pattern/],
];

const optionsWithLocation: Readonly<Record<string, (location: string) => Partial<RequestFlags>>> = {
  output: (output) => ({ output }),
  channel: (location) => ({ channels: [['training', location]] }),
};

for (const [option, flagsFor] of Object.entries(optionsWithLocation)) {
  for (const [location, expected] of LOCATIONS) {
    test(`--${option} ${location} is ${typeof expected === 'string' ? expected : 'rejected'}`, () => {
      const applied = applyFlags(undefined, { ...NONE, image: 'image', ...flagsFor(location) }, '/work dir');
      const { request, problems = [] } = checkRequest(CREATE_TRAINING_JOB, applied, true);
      const resolved =
        request === undefined ? undefined : resolveLocalPaths(request as TrainingJobRequest, '/work dir');
      const messages = [...problems, ...(resolved?.problems ?? [])].map(({ message }) => message);
      if (typeof expected !== 'string') {
        assert.match(messages.join('\n'), expected);
        return;
      }
      assert.deepEqual(messages, []);
      const { OutputDataConfig: output, InputDataConfig: channels } = resolved?.request ?? {};
      const found = option === 'output' ? output?.S3OutputPath : channels?.[0]?.DataSource.S3DataSource?.S3Uri;
      assert.equal(found, expected);
    });
  }
}

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
