import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import { resolveLocalPaths } from '../../../src/request/local-paths.ts';
import { readRequest } from '../../../src/request/read-request.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { temporaryFolder } from '../../support/job.ts';

function requestAt(location: string): TrainingJobRequest {
  return {
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
    InputDataConfig: [{ ChannelName: 'a', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: location } } }],
    OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  };
}

const placeIn = (request: TrainingJobRequest) => request.InputDataConfig?.[0]?.DataSource.S3DataSource?.S3Uri;

test('places count from the folder of the file, and keep a slash at the end', () => {
  for (const [location, path] of [
    ['./data', '/jobs/data'],
    ['../data/', '/data/'],
    ['/abs/data', '/abs/data'],
    ['file:///abs/a%20b', '/abs/a b'],
    ['file://./data', '/jobs/data'],
    ['s3://bucket/data', 's3://bucket/data'],
  ] as const) {
    const { request, problems } = resolveLocalPaths(requestAt(location), '/jobs');
    assert.deepEqual(problems, []);
    assert.equal(placeIn(request), path, location);
  }
});

test('a project folder stays a URI, and the source is found in its hyperparameter, as JSON or not', () => {
  for (const source of ['./src', '"./src"']) {
    const given = {
      ...requestAt('s3://bucket/x'),
      AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
      HyperParameters: { sagemaker_submit_directory: source, note: './left-alone' },
    } as const;
    const { request } = resolveLocalPaths(given, '/jobs');
    assert.equal(request.AlgorithmSpecification?.TrainingImage, 'file:///jobs/project');
    assert.deepEqual(request.HyperParameters, { sagemaker_submit_directory: '/jobs/src', note: './left-alone' });
  }
});

test('a place that makes no sense is a problem with its path', () => {
  const { problems } = resolveLocalPaths(requestAt('file:///100%/x'), '/jobs');
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['InputDataConfig[0].DataSource.S3DataSource.S3Uri'],
  );
});

test('JSON and YAML files are read, and what is wrong with them is told by line and column', async (t) => {
  const dir = temporaryFolder(t);
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const expected = { TrainingJobName: 'job', HyperParameters: { epochs: '3', lr: 0.1 } };
  assert.deepEqual(await readRequest(write('a.json', `\ufeff${JSON.stringify(expected)}`)), expected);
  assert.deepEqual(
    await readRequest(write('a.yaml', 'TrainingJobName: job # name\nHyperParameters:\n  epochs: "3"\n  lr: 0.1\n')),
    expected,
  );
  for (const [name, text, where] of [
    ['b.json', '{\n "a": 1,\n}', /b\.json, line 3, column 1/],
    ['b.yml', 'a: 1\n b: 2\n', /b\.yml, line 1, column \d+/],
    ['none.json', undefined, /none\.json/],
  ] as const) {
    const file = text === undefined ? join(dir, name) : write(name, text);
    await assert.rejects(
      () => readRequest(file),
      (error) =>
        isOptmlError(error) &&
        error.code === 'REQUEST_INVALID' &&
        error.exitCode === 2 &&
        where.test(error.where ?? ''),
      name,
    );
  }
});
