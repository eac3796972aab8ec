import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Estimator, PyTorch, ScikitLearn } from '../../../../src/estimator/index.ts';
import { distributionHyperparameters } from '../../../../src/estimator/request/distribution.ts';
import { baseOfImage, baseOfJobName, jobNameFromBase } from '../../../../src/estimator/request/job-name.ts';
import { channelsOf } from '../../../../src/estimator/request/training-input.ts';
import { isJobName } from '../../../../src/jobs/job-name.ts';
import { temporaryFolder } from '../../../support/job.ts';

const NOW = new Date('2026-11-30T22:45:01.123Z');

test('names of jobs are the base and the time, cut to what the API takes', () => {
  assert.equal(jobNameFromBase('mnist', NOW), 'mnist-2026-11-30-22-45-01-123');
  for (const base of ['x'.repeat(80), 'my_image.v2', '--', '', `${'a'.repeat(38)}-${'b'.repeat(40)}`]) {
    assert.ok(isJobName(jobNameFromBase(base, NOW)), base);
  }
  assert.equal(baseOfJobName(jobNameFromBase('mnist', NOW)), 'mnist');
  assert.equal(baseOfImage('1.dkr.ecr.eu-west-1.amazonaws.com/team/trainer:1.2'), 'trainer');
});

test('a local request of a framework names the image of AWS, absolute paths and the variant of a tuner', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'src'));
  const session = { baseDir: dir, variables: { OPTML_HOME: join(dir, 'home'), AWS_REGION: 'eu-west-1' } };
  const estimator = new PyTorch({
    entryPoint: 'train.py',
    sourceDir: 'src',
    frameworkVersion: '2.6.0',
    pyVersion: 'py312',
    instanceType: 'local',
    hyperparameters: { epochs: 3, name: 'sgd' },
    session,
  });
  const request = await estimator.trainingRequest(
    { train: './data' },
    { jobName: 'a', hyperparameters: { epochs: 9 } },
  );
  assert.equal(
    request.AlgorithmSpecification?.TrainingImage,
    '763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312',
  );
  assert.equal(request.OutputDataConfig.S3OutputPath, join(dir, 'optml-output'));
  assert.deepEqual(request.HyperParameters, {
    epochs: '9',
    name: '"sgd"',
    sagemaker_submit_directory: JSON.stringify(join(dir, 'src')),
    sagemaker_program: '"train.py"',
    sagemaker_container_log_level: '20',
    sagemaker_job_name: '"a"',
    sagemaker_region: '"eu-west-1"',
  });
  assert.deepEqual(estimator.hyperparameters, { epochs: 3, name: 'sgd' });
});

test('an image of AWS in a region without one is an error that lists regions', async () => {
  const session = { variables: { AWS_REGION: 'xx-nowhere-1' } };
  const estimator = new ScikitLearn({ entryPoint: 'a.py', frameworkVersion: '1.2-1', instanceType: 'local', session });
  await assert.rejects(estimator.trainingRequest(), { code: 'USAGE', where: 'imageUri', message: /xx-nowhere-1/ });
});

test('inputs that are none, and streams of what is not in S3, are errors that name the channel', () => {
  const rejected = [
    [7, 'inputs'],
    [{ train: 7 }, 'inputs.train'],
    [{ train: { s3Data: 7 } }, 'inputs.train'],
    [{ train: { s3Data: './data', inputMode: 'Pipe' } }, 'inputs.train'],
  ] as const;
  for (const [inputs, where] of rejected) {
    assert.throws(() => channelsOf(inputs as never, 'File'), { code: 'USAGE', where });
  }
  assert.throws(() => channelsOf('./data', 'Pipe'), { code: 'USAGE', where: 'inputs.training' });
  const system = { fileSystemId: 'fs-1', fileSystemType: 'EFS', directoryPath: '/x' } as const;
  assert.throws(() => channelsOf(system, 'FastFile'), { code: 'USAGE', where: 'inputs.training' });
});

test('a model in a channel that the inputs have is an error', async () => {
  const estimator = new Estimator({ imageUri: 'a', instanceType: 'local', modelUri: 's3://b/m', session: {} });
  await assert.rejects(estimator.trainingRequest({ model: 's3://b/x' }), { code: 'USAGE', where: 'modelChannelName' });
});

test('strategies that do not go together or are not supported are errors', () => {
  const groups = { groupNames: ['a', 'b'] };
  const on = { enabled: true };
  const rejected: readonly (readonly [unknown, string])[] = [
    [{ mpi: on, torchDistributed: on }, 'distribution'],
    [{ smdistributed: { dataparallel: on } }, 'distribution'],
    [{ horovod: on }, 'distribution'],
    [{ mpi: true }, 'distribution.mpi'],
    [{ mpi: { enabled: true, processes_per_host: 2 } }, 'distribution.mpi'],
    [{ torchDistributed: { enabled: true, processesPerHost: 2 } }, 'distribution.torchDistributed'],
    [null, 'distribution'],
    ['torchDistributed', 'distribution'],
    [{ mpi: on, instanceGroups: ['c'] }, 'distribution.instanceGroups'],
    [{ mpi: on }, 'distribution.instanceGroups'],
  ];
  for (const [distribution, where] of rejected) {
    assert.throws(() => distributionHyperparameters(distribution as never, groups), { code: 'USAGE', where });
  }
  assert.deepEqual(distributionHyperparameters({ torchDistributed: { enabled: false } }, { groupNames: [] }), {});
  assert.deepEqual(distributionHyperparameters({ parameterServer: on }, { groupNames: [] }), {
    sagemaker_parameter_server_enabled: true,
  });
});
