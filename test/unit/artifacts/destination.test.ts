import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactDestination } from '../../../src/artifacts/destination.ts';
import { jobPaths } from '../../../src/contract/paths.ts';
import type { TrainingEnvironment } from '../../../src/environment/training-environment.ts';
import { isOptmlError } from '../../../src/errors/error.ts';

/** The parts of an environment that decide where archives go. */
function environmentOf(modelArchive: string, currentHost = 'algo-1'): TrainingEnvironment {
  return {
    paths: jobPaths('/opt/ml'),
    settings: { modelArchive },
    resources: { currentHost },
    distribution: { masterHost: 'algo-1' },
  } as unknown as TrainingEnvironment;
}

test('a path counts from the base directory, and the other archive lies beside it', () => {
  for (const [setting, modelFile, outputFile] of [
    ['output/model.tar.gz', '/opt/ml/output/model.tar.gz', '/opt/ml/output/output.tar.gz'],
    ['/mnt/m.tgz', '/mnt/m.tgz', '/mnt/output.tar.gz'],
    ['file:///mnt/a%20b/m.tgz', '/mnt/a b/m.tgz', '/mnt/a b/output.tar.gz'],
    ['/mnt/{host}/m.tgz', '/mnt/algo-1/m.tgz', '/mnt/algo-1/output.tar.gz'],
    ['/mnt/m-{host}.tgz', '/mnt/m-algo-1.tgz', '/mnt/output-algo-1.tar.gz'],
  ] as const) {
    const destination = artifactDestination(environmentOf(setting));
    assert.deepEqual(destination, { modelFile, outputFile, upload: undefined, uploadedBy: undefined }, setting);
  }
});

test('what goes to S3 is packed under output/ first', () => {
  for (const [setting, model, output] of [
    ['s3://bucket/jobs/1/model.tar.gz', 'jobs/1/model.tar.gz', 'jobs/1/output.tar.gz'],
    ['s3://bucket/m', 'm', 'output.tar.gz'],
    ['s3://bucket', 'model.tar.gz', 'output.tar.gz'],
    ['s3://bucket/jobs/', 'jobs/model.tar.gz', 'jobs/output.tar.gz'],
    ['s3://bucket/{host}/m.tar.gz', 'algo-1/m.tar.gz', 'algo-1/output.tar.gz'],
    ['s3://bucket/x/m-{host}.tar.gz', 'x/m-algo-1.tar.gz', 'x/output-algo-1.tar.gz'],
  ] as const) {
    const destination = artifactDestination(environmentOf(setting));
    assert.equal(destination.modelFile, '/opt/ml/output/model.tar.gz');
    assert.equal(destination.outputFile, '/opt/ml/output/output.tar.gz');
    const at = (key: string) => ({ bucket: 'bucket', key });
    assert.deepEqual(destination.upload, { model: at(model), output: at(output) }, setting);
  }
});

test('of several hosts the first uploads, unless the name holds the host', () => {
  const uploadedBy = (setting: string, host: string) => artifactDestination(environmentOf(setting, host)).uploadedBy;
  assert.equal(uploadedBy('s3://bucket/m', 'algo-1'), undefined);
  assert.equal(uploadedBy('s3://bucket/m', 'algo-2'), 'algo-1');
  assert.equal(uploadedBy('s3://bucket/{host}/m', 'algo-2'), undefined);
  assert.equal(uploadedBy('/mnt/m.tar.gz', 'algo-2'), undefined, 'each host has a disk of its own');
});

test('an invalid destination is refused, and named', () => {
  for (const setting of ['http://host/m.tar.gz', 's3:///key', 'file:///100%/m']) {
    assert.throws(
      () => artifactDestination(environmentOf(setting)),
      (error) => isOptmlError(error) && error.code === 'OUTPUT_LOCATION_INVALID' && error.message.includes(setting),
      setting,
    );
  }
});
