import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { create } from 'tar';
import { copyModelOf, downloadModelOf } from '../../../src/estimator/download-model.ts';
import type { TrainingJobDescription } from '../../../src/jobs/describe/describe.ts';
import { temporaryFolder } from '../../support/job.ts';

function ended(members: object): TrainingJobDescription {
  return { TrainingJobName: 'job', TrainingJobStatus: 'Completed', ...members } as unknown as TrainingJobDescription;
}

test('a service that names a path of this machine gets nothing of it unpacked or copied', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'secret'));
  writeFileSync(join(dir, 'secret/key'), 'private');
  await create({ cwd: dir, file: join(dir, 'secret.tar.gz'), gzip: true }, ['secret']);
  const target = join(dir, 'model');
  for (const place of [
    `${dir}/secret.tar.gz`,
    `file://${dir}/secret.tar.gz`,
    `${dir}/secret`,
    'https://a/b',
    's3://',
    '',
  ]) {
    for (const output of [{}, { OutputDataConfig: { CompressionType: 'NONE' } }]) {
      const job = ended({ ...output, ModelArtifacts: { S3ModelArtifacts: place } });
      await assert.rejects(downloadModelOf(job, target, { variables: {} }), { code: 'AWS_FAILED' }, place);
    }
  }
  assert.deepEqual(readdirSync(dir).sort(), ['secret', 'secret.tar.gz']);
  // The record of a job of this machine may name its own folder.
  await copyModelOf(ended({ ModelArtifacts: { S3ModelArtifacts: `${dir}/secret.tar.gz` } }), target, { variables: {} });
  assert.deepEqual(readdirSync(target), ['secret']);
});

test('a job without a model is a clear error, whatever the service leaves out', async () => {
  for (const members of [
    {},
    { ModelArtifacts: null },
    { ModelArtifacts: {} },
    { ModelArtifacts: { S3ModelArtifacts: 7 } },
  ]) {
    const message = 'the job has no model: it is Completed';
    await assert.rejects(downloadModelOf(ended(members), '/nowhere', { variables: {} }), { code: 'USAGE', message });
  }
});
