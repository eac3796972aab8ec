import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeTrainingJob, listTrainingJobs } from '../../../../src/jobs/describe/describe.ts';
import { summaryOf } from '../../../../src/jobs/describe/job-summary.ts';
import { collectOutputs } from '../../../../src/staging/outputs.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { endedRecord, jobRequest, newRecord } from '../../../support/records.ts';

const STORAGE = { uploadFile: async () => undefined } as unknown as ObjectStorage;

for (const CompressionType of ['GZIP', 'NONE', undefined] as const) {
  for (const base of ['out', 'out/', 's3://bucket', 's3://bucket/', 's3://bucket/key', 's3://bucket/key/']) {
    test(`the model of a job that has none yet is described where it will be: ${base}, ${CompressionType}`, async (t) => {
      const dir = temporaryFolder(t);
      const location = base.startsWith('s3') ? base : `${dir}/${base}`;
      const request = jobRequest('Job', {
        OutputDataConfig: { S3OutputPath: location, ...(CompressionType !== undefined && { CompressionType }) },
      });
      mkdirSync(join(dir, 'ml', 'model'), { recursive: true });
      writeFileSync(join(dir, 'ml', 'model', 'm'), 'm');
      const { model } = await collectOutputs({
        jobName: 'Job',
        location,
        compressionType: CompressionType ?? 'GZIP',
        compression: 'node',
        mlDirs: [join(dir, 'ml')],
        workDir: dir,
        variables: {},
        openStorage: async () => STORAGE,
        signal: new AbortController().signal,
        warn: assert.fail,
        onProgress: () => undefined,
      });
      const described = describeTrainingJob(newRecord('Job', { request }));
      assert.deepEqual(described['ModelArtifacts'], { S3ModelArtifacts: model });
      const S3ModelArtifacts = 's3://bucket/elsewhere';
      const ended = describeTrainingJob(endedRecord('Job', { request, ModelArtifacts: { S3ModelArtifacts } }));
      assert.deepEqual(ended['ModelArtifacts'], { S3ModelArtifacts });
    });
  }
}

test('a record without a region, as earlier versions wrote it, is described all the same', () => {
  const record = endedRecord('My-Job');
  assert.ok(!('region' in record));
  const TrainingJobArn = 'arn:aws:sagemaker:local:000000000000:training-job/my-job';
  assert.deepEqual(describeTrainingJob(record)['TrainingJobArn'], TrainingJobArn);
  assert.deepEqual(arnsOf(listTrainingJobs([summaryOf(record)])), [TrainingJobArn]);
  const of = endedRecord('My-Job', { region: 'eu-west-1' });
  assert.deepEqual(arnsOf(listTrainingJobs([summaryOf(of)])), [
    'arn:aws:sagemaker:eu-west-1:000000000000:training-job/my-job',
  ]);
});

function arnsOf({ TrainingJobSummaries: summaries }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return (summaries as readonly Record<string, unknown>[]).map(({ TrainingJobArn }) => TrainingJobArn);
}

test('a job of a built-in algorithm is described with the metrics of the algorithm after its own', () => {
  const [own, ofAlgorithm] = [
    { Name: 'own', Regex: 'own=(.*)' },
    { Name: 'test:msd', Regex: 'msd=(.*)' },
  ];
  const AlgorithmSpecification = { TrainingImage: 'x', TrainingInputMode: 'File', MetricDefinitions: [own] } as const;
  const request = jobRequest('Job', { AlgorithmSpecification });
  const described = describeTrainingJob(newRecord('Job', { request, algorithmMetrics: [ofAlgorithm] }));
  assert.deepEqual(described.AlgorithmSpecification, {
    ...AlgorithmSpecification,
    MetricDefinitions: [own, ofAlgorithm],
  });
});
