import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPath, variableFor } from '../../../src/engines/missing-path-hint.ts';

const ERRORS = [
  "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/absent/model'",
  "Error: ENOENT: no such file or directory, open '/opt/ml/absent/model'",
  'cat: /opt/ml/absent/model: No such file or directory',
  'train.sh: 2: cannot create /opt/ml/absent/model: Directory nonexistent',
  'RuntimeError: Parent directory /opt/ml/absent/model does not exist.',
  'Exception in thread "main" java.nio.file.NoSuchFileException: /opt/ml/absent/model',
  "PermissionError: [Errno 13] Permission denied: '/opt/ml/absent/model'",
  'NOT_FOUND: /opt/ml/absent/model/; open failed',
  'The path /opt/ml/absent/model was not found.',
];

for (const line of ERRORS) {
  test(`a missing path is read from: ${line}`, () => {
    assert.equal(missingPath(['begins', line, 'Exit code 1']), '/opt/ml/absent/model');
  });
}

const OTHERS = [
  'saves to /opt/ml/absent/model',
  'cat: /home/opt/ml/absent/model: No such file or directory',
  'cat: /opt/ml-2/absent/model: No such file or directory',
  'cat: /opt/mlx: No such file or directory',
  '404 not found',
];

for (const line of OTHERS) {
  test(`no missing path is read from: ${line}`, () => assert.equal(missingPath([line]), undefined));
}

test('the last missing path counts', () => {
  const line = (name: string) => `cat: /opt/ml/absent/${name}: No such file or directory`;
  assert.equal(missingPath([line('a'), line('b')]), '/opt/ml/absent/b');
});

const job = (algorithm: object) => ({
  TrainingJobName: 'job',
  OutputDataConfig: { S3OutputPath: '/out' },
  AlgorithmSpecification: { TrainingInputMode: 'File' as const, ...algorithm },
  InputDataConfig: [{ ChannelName: 'my-data', DataSource: {} }],
});

const VARIABLES = [
  { path: '/opt/ml/model', folder: '/opt/ml/model', variable: 'SM_MODEL_DIR' },
  { path: '/opt/ml/model/deep/w', folder: '/opt/ml/model', variable: 'SM_MODEL_DIR' },
  { path: '/opt/ml/models', folder: '/opt/ml', variable: 'SAGEMAKER_BASE_DIR' },
  { path: '/opt/ml/input/config/x.json', folder: '/opt/ml/input/config', variable: 'SM_INPUT_CONFIG_DIR' },
  { path: '/opt/ml/input/data/my-data/a', folder: '/opt/ml/input/data/my-data', variable: 'SM_CHANNEL_MY-DATA' },
  { path: '/opt/ml/input/data/other/a', folder: '/opt/ml/input', variable: 'SM_INPUT_DIR' },
  { path: '/opt/ml/output/data/a', folder: '/opt/ml/output/data', variable: 'SM_OUTPUT_DATA_DIR' },
  { path: '/opt/ml/output/failure', folder: '/opt/ml/output', variable: 'SM_OUTPUT_DIR' },
  { path: '/opt/ml/checkpoints/a', folder: '/opt/ml', variable: 'SAGEMAKER_BASE_DIR' },
];

for (const { path, folder, variable } of VARIABLES) {
  test(`${variable} replaces ${folder} in ${path}`, () => {
    assert.deepEqual(variableFor(path, job({})), [folder, variable]);
  });
}

test('without train only SAGEMAKER_BASE_DIR is set', () => {
  const request = job({ ContainerEntrypoint: ['/bin/sh', 'train.sh'] });
  assert.deepEqual(variableFor('/opt/ml/model/w', request), ['/opt/ml', 'SAGEMAKER_BASE_DIR']);
});
