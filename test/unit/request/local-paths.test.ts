import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSource, resolveLocalPaths } from '../../../src/request/local-paths.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';

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
    ['.', '/jobs'],
    ['..', '/'],
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

test('an invalid place is a problem with its path', () => {
  const { problems } = resolveLocalPaths(requestAt('file:///100%/x'), '/jobs');
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['InputDataConfig[0].DataSource.S3DataSource.S3Uri'],
  );
});

test('a path with a NUL character is a problem, however it is written', () => {
  for (const location of ['/a\0b', './a\0b', 'file:///a%00b', 'file://./a\0b']) {
    const { problems } = resolveLocalPaths(requestAt(location), '/jobs');
    assert.match(problems[0]?.message ?? '', /a path cannot contain a NUL character$/, location);
  }
  assert.deepEqual(resolveLocalPaths(requestAt('/a%00b'), '/jobs').problems, [], 'a plain path is not decoded');
});

test('a source that is no place gets the path to write', () => {
  const checked = (source: string) =>
    checkSource({ ...requestAt('s3://bucket/x'), HyperParameters: { sagemaker_submit_directory: source } });
  for (const place of ['.', '..', './src', '/src', 's3://bucket/src', 'file:///src'])
    assert.deepEqual(checked(place), []);
  for (const source of ['src', '"src"']) {
    assert.deepEqual(checked(source), [
      {
        path: 'HyperParameters.sagemaker_submit_directory',
        message: '"src" is neither a path that starts with ./, ../ or / nor in S3',
        fix: 'For a path on this machine, write "./src".',
      },
    ]);
  }
});

test('a mistyped URI, a path of Windows and a place on the web are problems with the text to write', () => {
  const checked = (source: string) =>
    checkSource({ ...requestAt('s3://bucket/x'), HyperParameters: { sagemaker_submit_directory: source } })[0]?.fix;
  const fixes = {
    's3:/bucket/src': 'Write "s3://bucket/src".',
    's3:bucket/src': 'Write "s3://bucket/src".',
    'file:src': 'Write "./src".',
    'C:\\jobs\\src': 'This is a path of Windows. In WSL, write "/mnt/c/jobs/src".',
    'd:/src': 'This is a path of Windows. In WSL, write "/mnt/d/src".',
    'https://github.com/me/train.git': 'Download it, and give its path.',
  };
  for (const [source, fix] of Object.entries(fixes)) assert.equal(checked(source), fix);
});

test('a file:// URI of a relative path gets the "./" that it needs', () => {
  const { problems } = resolveLocalPaths(requestAt('file://data/train'), '/jobs');
  assert.equal(problems[0]?.fix, 'Write "file://./data/train".');
  assert.deepEqual(resolveLocalPaths(requestAt('file://localhost/data'), '/jobs').problems, []);
});
