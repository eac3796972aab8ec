import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachedOptions } from '../../../../src/estimator/request/attached-options.ts';
import type { TrainingJobDescription } from '../../../../src/jobs/describe/describe.ts';

const ARCHIVE = 's3://bucket/code/sourcedir.tar.gz';

/** A job with this source. */
function jobWith(source: string, channels: readonly object[] = []): TrainingJobDescription {
  return {
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: JSON.stringify(source),
      epochs: '3',
    },
    InputDataConfig: channels,
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  } as unknown as TrainingJobDescription;
}

test('a source in S3 is that of the next job', () => {
  const { entryPoint, sourceDir, hyperparameters } = attachedOptions(jobWith(ARCHIVE), { isLocal: false });
  assert.deepEqual([entryPoint, sourceDir, hyperparameters], ['train.py', ARCHIVE, { epochs: 3 }]);
});

test('the source of an isolated job is that of its channel', () => {
  const code = { ChannelName: 'code', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: ARCHIVE } } };
  const job = jobWith('/opt/ml/input/data/code/sourcedir.tar.gz', [code]);
  assert.equal(attachedOptions(job, { isLocal: false }).sourceDir, ARCHIVE);
});

for (const source of ['/home/me/.ssh', 'file:///etc', '../private', '.']) {
  test(`a service that names ${source} as the source does not have it uploaded`, () => {
    for (const uri of [undefined, source]) {
      const code = { ChannelName: 'code', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri } } };
      const options = attachedOptions(jobWith(source, [code]), { isLocal: false });
      assert.deepEqual(options.hyperparameters, { epochs: 3 });
      assert.equal(options.sourceDir, undefined);
      assert.equal(options.entryPoint, undefined);
    }
    assert.equal(attachedOptions(jobWith(source), { isLocal: true }).sourceDir, source);
  });
}
