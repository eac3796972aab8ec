import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { create } from 'tar';
import type { Defaults } from '../../../../src/estimator/configuration/defaults.ts';
import { finalRequest } from '../../../../src/estimator/submit/final-request.ts';
import { prepareSubmission } from '../../../../src/estimator/submit/plan-submission.ts';
import type { SubmitContext } from '../../../../src/estimator/submit/submission.ts';
import { submitTrainingJob } from '../../../../src/estimator/submit/submit-training-job.ts';
import { prepareLocation } from '../../../../src/estimator/upload/prepared-location.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { type FakeCloud, fakeCloud } from '../support/fake-cloud.ts';

const ROLE = 'arn:aws:iam::123456789012:role/training';
const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/optml:1';

const NONE = { files: 0, bytes: 0 };

const REQUEST = {
  TrainingJobName: 'mnist',
  RoleArn: ROLE,
  AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
  HyperParameters: { sagemaker_submit_directory: './src', sagemaker_program: 'train.py', epochs: '3' },
  InputDataConfig: [
    { ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data' } } },
    { ChannelName: 'more', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://theirs/more' } } },
  ],
  OutputDataConfig: { S3OutputPath: './output' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
};

function contextOf(t: TestContext, cloud: FakeCloud, defaults: Defaults = {}): SubmitContext {
  const baseDir = temporaryFolder(t);
  for (const name of ['src/train.py', 'data/a.csv', 'manifest.json']) {
    mkdirSync(join(baseDir, name, '..'), { recursive: true });
    writeFileSync(join(baseDir, name), '[]');
  }
  const origins = Object.fromEntries(Object.keys(defaults).map((name) => [name, 'optml.json']));
  return { ...cloud, baseDir, where: 'job.json', defaults: { defaults, origins }, now: () => 0 };
}

test('local locations are replaced by where they go, outputs by the bucket, and the rest stays', async (t) => {
  const cloud = fakeCloud();
  const context = contextOf(t, cloud);
  const prepared = await prepareSubmission(REQUEST, context);
  const bucket = 's3://sagemaker-eu-west-1-123456789012/optml';
  assert.deepEqual(prepared.request, {
    ...REQUEST,
    HyperParameters: { ...REQUEST.HyperParameters, sagemaker_submit_directory: `${bucket}/uploads/hash-of-code/` },
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${bucket}/uploads/hash-of-train/` } },
      },
      REQUEST.InputDataConfig[1],
    ],
    OutputDataConfig: { S3OutputPath: `${bucket}/` },
    ResourceConfig: { ...REQUEST.ResourceConfig, VolumeSizeInGB: 30 },
  });
  assert.deepEqual(prepared.total, { files: 4, bytes: 20 });
  assert.deepEqual(prepared.warnings, [
    `Artifacts go to ${bucket}/mnist/output, because SageMaker cannot write to ${context.baseDir}/output on this machine.`,
  ]);
  assert.deepEqual([cloud.started, cloud.uploaded], [[], []], 'nothing was sent');
  const job = await submitTrainingJob(prepared, context);
  assert.equal(job.arn, 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/mnist');
  assert.deepEqual(cloud.started, [finalRequest(prepared.request)]);
  assert.deepEqual(
    cloud.uploaded.map(({ kind, name }) => [kind, name]),
    [
      ['source', 'code'],
      ['tree', 'train'],
    ],
  );
  assert.equal(cloud.open(), 0, 'the uploader is closed');
});

test('uploads go to the bucket of the outputs, unless another one is configured', async (t) => {
  const request = { ...REQUEST, OutputDataConfig: { S3OutputPath: 's3://ours/out', KmsKeyId: 'key' } };
  for (const [defaults, target] of [
    [{}, { bucket: 'ours', prefix: 'optml/uploads', kmsKeyId: 'key' }],
    [
      { bucket: 'configured', prefix: '/a/b/' },
      { bucket: 'configured', prefix: 'a/b/uploads', kmsKeyId: 'key' },
    ],
  ] as const) {
    const cloud = fakeCloud();
    const prepared = await prepareSubmission(request, contextOf(t, cloud, defaults));
    assert.deepEqual(cloud.targets, [target]);
    assert.equal(prepared.request.OutputDataConfig.S3OutputPath, 's3://ours/out');
    prepared.uploader?.close();
  }
});

test('a request without local locations needs no bucket', async (t) => {
  const { HyperParameters: _, InputDataConfig: channels, ...rest } = REQUEST;
  const cloud = fakeCloud();
  const request = { ...rest, InputDataConfig: [channels[1]], OutputDataConfig: { S3OutputPath: 's3://ours/out' } };
  const { bucket, uploader, uploads } = await prepareSubmission(request, contextOf(t, cloud));
  assert.deepEqual([bucket, uploader, uploads], [undefined, undefined, []]);
});

test('a request without outputs gets the default ones, without a warning', async (t) => {
  const { OutputDataConfig: _, ...request } = REQUEST;
  const { request: prepared, warnings } = await prepareSubmission(
    request,
    contextOf(t, fakeCloud(), { bucket: 'b-1' }),
  );
  assert.deepEqual(prepared.OutputDataConfig, { S3OutputPath: 's3://b-1/optml/' });
  assert.deepEqual(warnings, []);
});

test('checkpoints and manifests on this machine, and the same data in two channels', async (t) => {
  const cloud = fakeCloud();
  const channel = (ChannelName: string, S3DataType: string, S3Uri: string) => ({
    ChannelName,
    DataSource: { S3DataSource: { S3DataType, S3Uri } },
  });
  const context = contextOf(t, cloud, { bucket: 'b-1' });
  const request = {
    ...REQUEST,
    InputDataConfig: [
      channel('a', 'S3Prefix', './data'),
      channel('b', 'S3Prefix', './data'),
      channel('c', 'ManifestFile', './manifest.json'),
    ],
    CheckpointConfig: { S3Uri: './checkpoints' },
  };
  const prepared = await prepareSubmission(request, context);
  assert.equal(prepared.request.CheckpointConfig?.S3Uri, 's3://b-1/optml/mnist/checkpoints');
  assert.match(prepared.warnings[1] ?? '', /^Checkpoints go to s3:\/\/b-1\/optml\/mnist\/checkpoints, because/);
  assert.deepEqual(
    prepared.uploads.map(({ location }) => [location.kind, location.name]),
    [
      ['source', 'code'],
      ['tree', 'a'],
      ['manifest', 'c'],
    ],
  );
  const uris = prepared.request.InputDataConfig?.map(({ DataSource }) => DataSource.S3DataSource?.S3Uri);
  assert.equal(uris?.[0], uris?.[1]);
  prepared.uploader?.close();
});

test('defaults fill what the request leaves out, and nothing else', async (t) => {
  const tags = [
    { Key: 'team', Value: 'ml' },
    { Key: 'cost', Value: 'low' },
  ];
  const defaults: Defaults = {
    roleArn: `${ROLE}-default`,
    subnets: ['subnet-1'],
    securityGroupIds: ['sg-1'],
    outputKmsKeyId: 'key-1',
    volumeKmsKeyId: 'key-2',
    tags,
    environment: { A: '1' },
    enableNetworkIsolation: true,
    encryptInterContainerTraffic: true,
    disableProfiler: true,
    bucket: 'b-1',
  };
  const { RoleArn: _, ...without } = REQUEST;
  const filled = await prepareSubmission(without, contextOf(t, fakeCloud(), defaults));
  const { request } = filled;
  assert.equal(request.RoleArn, `${ROLE}-default`);
  assert.deepEqual(request['VpcConfig'], { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
  assert.equal(request.OutputDataConfig.KmsKeyId, 'key-1');
  assert.deepEqual(request.ResourceConfig, {
    ...REQUEST.ResourceConfig,
    VolumeSizeInGB: 30,
    VolumeKmsKeyId: 'key-2',
  });
  assert.deepEqual(request['Tags'], tags);
  assert.deepEqual(request.Environment, { A: '1' });
  assert.equal(request.EnableNetworkIsolation, true);
  assert.equal(request['EnableInterContainerTrafficEncryption'], true);
  assert.deepEqual(request['ProfilerConfig'], { DisableProfiler: true });
  const own = {
    ...REQUEST,
    Environment: { B: '2' },
    Tags: [{ Key: 'team', Value: 'own' }],
    EnableNetworkIsolation: false,
    ResourceConfig: { InstanceType: 'ml.g5.xlarge', InstanceCount: 2, VolumeSizeInGB: 50 },
  };
  const kept = (await prepareSubmission(own, contextOf(t, fakeCloud(), defaults))).request;
  assert.equal(kept.RoleArn, ROLE);
  assert.deepEqual(kept.Environment, { B: '2' });
  assert.deepEqual(kept['Tags'], [{ Key: 'team', Value: 'own' }, tags[1]]);
  assert.equal(kept.EnableNetworkIsolation, false);
  assert.deepEqual(kept.ResourceConfig, own.ResourceConfig, 'an instance with its own disks has no volume to encrypt');
});

test('a name that a job has gets the time, and an exact one is refused', async (t) => {
  const cloud = fakeCloud({ names: ['mnist'] });
  const context = contextOf(t, cloud, { bucket: 'b-1' });
  const prepared = await prepareSubmission(REQUEST, context);
  assert.equal(prepared.request.TrainingJobName, 'mnist-1970-01-01-00-00-00-000');
  assert.equal(prepared.renamedFrom, 'mnist');
  prepared.uploader?.close();
  await assert.rejects(prepareSubmission(REQUEST, { ...context, isExactName: true }), {
    code: 'JOB_NAME_IN_USE',
    exitCode: 2,
    message: 'a job named "mnist" exists in eu-west-1',
  });
  const long = { ...REQUEST, TrainingJobName: 'n'.repeat(63) };
  const cut = await prepareSubmission(long, { ...context, ...fakeCloud({ names: [long.TrainingJobName] }) });
  assert.equal(cut.request.TrainingJobName, `${'n'.repeat(39)}-1970-01-01-00-00-00-000`);
});

test('a name that is taken during the upload gets the time too, and so do the folders of the job', async (t) => {
  const cloud = fakeCloud({ takenLater: ['mnist'] });
  const context = contextOf(t, cloud, { bucket: 'b-1' });
  const given = { ...REQUEST, CheckpointConfig: { S3Uri: './checkpoints' } };
  const job = await submitTrainingJob(await prepareSubmission(given, context), context);
  assert.equal(job.name, 'mnist-1970-01-01-00-00-00-000');
  assert.equal(job.request.CheckpointConfig?.S3Uri, `s3://b-1/optml/${job.name}/checkpoints`);
  assert.equal(job.request.HyperParameters?.['sagemaker_submit_directory'], '"s3://b-1/optml/uploads/hash-of-code/"');
});

test('channels that take other attributes of one manifest are uploads of their own', async (t) => {
  const cloud = fakeCloud();
  const context = contextOf(t, cloud, { bucket: 'b-1' });
  const channel = (name: string, ...AttributeNames: string[]) => ({
    ChannelName: name,
    InputMode: 'Pipe',
    RecordWrapperType: 'RecordIO',
    DataSource: {
      S3DataSource: { S3DataType: 'AugmentedManifestFile', S3Uri: './manifest.json', AttributeNames },
    },
  });
  const channels = [channel('images', 'image-ref'), channel('masks', 'mask-ref'), channel('again', 'image-ref')];
  const { request } = await prepareSubmission({ ...REQUEST, InputDataConfig: channels }, context);
  const uris = request.InputDataConfig?.map(({ DataSource }) => DataSource.S3DataSource?.S3Uri);
  const uri = (name: string) => `s3://b-1/optml/uploads/hash-of-${name}/`;
  assert.deepEqual(uris, [uri('images'), uri('masks'), uri('images')]);
});

test('a program that is not in the archive of the source is looked for before anything is sent', async (t) => {
  const cloud = fakeCloud();
  const context = contextOf(t, cloud);
  await create({ cwd: join(context.baseDir, 'src'), file: join(context.baseDir, 'code.tar.gz'), gzip: true }, [
    'train.py',
  ]);
  const named = (program: string) => ({
    ...REQUEST,
    HyperParameters: { sagemaker_submit_directory: './code.tar.gz', sagemaker_program: program },
  });
  const log = { info: () => undefined, warn: () => undefined, debug: () => undefined };
  const prepare = (program: string) =>
    prepareSubmission(named(program), {
      ...context,
      openUploader: () => ({
        ...cloud.openUploader({ bucket: 'b-1', prefix: '' }),
        plan: async (location) => {
          const workDir = temporaryFolder(t);
          const options = { workDir, variables: {}, log, signal: new AbortController().signal };
          const { files } = await prepareLocation(location, options);
          return { location, uri: 's3://b-1/', present: NONE, copied: NONE, sent: { files: files.length, bytes: 0 } };
        },
      }),
    });
  await assert.rejects(prepare('"trian.py"'), { code: 'PROGRAM_NOT_FOUND', message: /trian\.py/ });
  assert.equal((await prepare('"/opt/program/train.py"')).total.files, 2);
  assert.equal((await prepare('"train.py"')).total.files, 2);
});

test('an isolated job whose source would be one channel too many is refused before anything is sent', async (t) => {
  const cloud = fakeCloud();
  const context = contextOf(t, cloud);
  const full = (count: number) => ({
    ...REQUEST,
    EnableNetworkIsolation: true,
    InputDataConfig: Array.from({ length: count }, (_, index) => ({
      ...REQUEST.InputDataConfig[1],
      ChannelName: `c${index}`,
    })),
  });
  assert.equal(finalRequest((await prepareSubmission(full(19), context)).request).InputDataConfig?.length, 20);
  await assert.rejects(prepareSubmission(full(20), context), { code: 'USAGE', message: /20 channels/ });
});

test('if one upload fails, the others end, and no job is created', async (t) => {
  const reasons: unknown[] = [];
  const cloud = fakeCloud({
    upload: async ({ name }, options) => {
      if (name === 'train') throw new Error('refused');
      return new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => {
          reasons.push(options.signal?.reason);
          reject(options.signal?.reason);
        });
      });
    },
  });
  const context = contextOf(t, cloud);
  await assert.rejects(submitTrainingJob(await prepareSubmission(REQUEST, context), context), { message: 'refused' });
  assert.equal(reasons.length, 1);
  assert.deepEqual(cloud.started, []);
  assert.equal(cloud.open(), 0);
});

test('an abort during the upload ends it, and no job is created', async (t) => {
  const stop = new AbortController();
  const cloud = fakeCloud({
    upload: async (_, options) => {
      stop.abort(new Error('stopped'));
      options?.signal?.throwIfAborted();
      throw new Error('not aborted');
    },
  });
  const context = { ...contextOf(t, cloud), signal: stop.signal };
  await assert.rejects(submitTrainingJob(await prepareSubmission(REQUEST, context), context), { message: 'stopped' });
  assert.deepEqual(cloud.started, []);
});

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(REQUEST).filter(([name]) => !names.includes(name)));
const withImage = (TrainingImage: string) => ({
  ...REQUEST,
  AlgorithmSpecification: { TrainingImage, TrainingInputMode: 'File' },
});

for (const [title, request, expected, defaults] of [
  ['no role', without('RoleArn'), /RoleArn: SageMaker needs an IAM role .* Pass --role ARN, set OPTML_ROLE_ARN/],
  ['no ARN as role', { ...REQUEST, RoleArn: 'my-training-role-1' }, /RoleArn: .*arn:aws:iam::ACCOUNT:role\/NAME/],
  ['a wrong role among the defaults', without('RoleArn'), /optml\.json \(RoleArn\)/, { roleArn: 'my-training-role-1' }],
  [
    'subnets without security groups',
    REQUEST,
    /VpcConfig\.SecurityGroupIds: .*set OPTML_SECURITY_GROUP_IDS/,
    { subnets: ['subnet-1'] },
  ],
  [
    'the instance type local',
    { ...REQUEST, ResourceConfig: { InstanceType: 'local', InstanceCount: 1 } },
    /--instance-type TYPE/,
  ],
  [
    'a local image',
    withImage('optml'),
    /cannot pull "optml": it is not in Amazon ECR\. Push it: aws ecr create-repository/,
  ],
  [
    'an image of Docker Hub',
    withImage('docker.io/library/node:24'),
    /docker push ACCOUNT\.dkr\.ecr\.REGION\.amazonaws\.com\/node:latest/,
  ],
  ['a project in place of an image', withImage('file://./src'), /is a project on this machine\. Build its image/],
  ['a mistyped registry', withImage('123456789012.dkr.ecr.eu-west-1.amazonaws.com'), /no image of Amazon ECR/],
  [
    'an image in another region',
    withImage('123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1'),
    /the image is in us-east-1, and the job would run in eu-west-1\. Set AWS_REGION=us-east-1/,
  ],
  ['spot without a time to wait', { ...REQUEST, EnableManagedSpotTraining: true }, /MaxWaitTimeInSeconds/],
  [
    'a missing source',
    { ...REQUEST, HyperParameters: { sagemaker_submit_directory: './none' } },
    /there is no file or folder .*none/,
  ],
  [
    'a misspelled program',
    { ...REQUEST, HyperParameters: { sagemaker_submit_directory: './src', sagemaker_program: 'tain.py' } },
    /there is no file tain\.py in .* Did you mean "train\.py"\?/,
  ],
  [
    'the beginning of names as a channel',
    {
      ...REQUEST,
      InputDataConfig: [
        { ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data/a' } } },
      ],
    },
    /is the beginning of names\. Give one file, or a folder/,
  ],
  ['not an object', [1], /expected an object/],
] as const) {
  test(`${title}: refused before anything is sent`, async (t) => {
    const cloud = fakeCloud();
    await assert.rejects(
      prepareSubmission(request, contextOf(t, cloud, defaults)),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'REQUEST_INVALID');
        assert.match(error.message, expected);
        return true;
      },
    );
    assert.deepEqual([cloud.targets, cloud.started], [[], []]);
  });
}

test('a project in place of an image: an endpoint on this machine refuses it with what it can run', async (t) => {
  const context = { ...contextOf(t, fakeCloud()), isAnyImage: true };
  await assert.rejects(prepareSubmission(withImage('file://.'), context), {
    code: 'REQUEST_INVALID',
    message: /runs images by their names\. Build its image, and pass --image NAME\..*--source DIR --program FILE/,
  });
  await prepareSubmission(withImage('optml'), context);
});

test('errors quote no secrets, those of defaults included, and have no cause that does', async (t) => {
  const secret = 'hunter2'.repeat(500);
  const context = contextOf(t, fakeCloud(), { environment: { DB_PASSWORD: secret } });
  const given = { ...REQUEST, HyperParameters: { ...REQUEST.HyperParameters, api_key: secret } };
  await assert.rejects(prepareSubmission(given, context), (error: Error) => {
    assert.match(error.message, /HyperParameters\.api_key: .*'\*{6}…'/);
    assert.match(error.message, /\(Environment\.DB_PASSWORD\): Value '\*{6}…'/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /hunter2/);
    return true;
  });
});

test('a newer instance type, a registry in a VPC and other forms of ECR pass', async (t) => {
  const newer = { ...REQUEST, ResourceConfig: { InstanceType: 'ml.z99.large', InstanceCount: 1 } };
  const { warnings } = await prepareSubmission(newer, contextOf(t, fakeCloud()));
  assert.match(
    warnings[0] ?? '',
    /"ml\.z99\.large" is not in SageMaker's API model.*SageMaker decides whether it exists\./,
  );
  const inVpc = {
    ...REQUEST,
    AlgorithmSpecification: {
      TrainingImage: 'registry.example.com/a:1',
      TrainingInputMode: 'File',
      TrainingImageConfig: { TrainingRepositoryAccessMode: 'Vpc' },
    },
  };
  await prepareSubmission(inVpc, contextOf(t, fakeCloud()));
  for (const image of [
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/a@sha256:${'0'.repeat(64)}`,
    '123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/a:1.0_b',
    '123456789012.dkr-ecr.eu-west-1.on.aws/a',
  ])
    await prepareSubmission(withImage(image), contextOf(t, fakeCloud()));
});
