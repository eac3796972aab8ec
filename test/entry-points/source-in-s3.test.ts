import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runJob } from '../support/job.ts';
import { startS3 } from '../support/s3.ts';
import { makeTarGz } from '../support/tar.ts';

const TRAIN_SH = '#!/bin/sh\nread word < data.txt; echo "trained with $word"\n';

const s3 = await startS3({ after });
const archive = makeTarGz([
  { name: 'train.sh', content: TRAIN_SH, mode: 0o755 },
  { name: 'data.txt', content: 'an archive\n' },
]);
await s3.put('jobs/1/source', archive);
await s3.put('cut.tar.gz', archive.subarray(0, 60));
await s3.put('tree/train.sh', Buffer.from(TRAIN_SH));
await s3.put('tree/data.txt', Buffer.from('a prefix\n'));
await s3.put('tree/deep/er/x y.txt', Buffer.from('x'));
await s3.put('alone.sh', Buffer.from('#!/bin/sh\necho alone\n'));

describe('a source in S3', { concurrency: 2 }, () => {
  const jobOf = (key: string, program = 'train.sh') => ({
    program,
    hyperparameters: { sagemaker_submit_directory: `s3://bucket/${key}` },
  });

  test('is an archive, whatever its name (C21)', async (t) => {
    const result = await runJob(t, jobOf('jobs/1/source'), s3.variables);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'trained with an archive\n');
    assert.match(result.stderr, /source unpacked from s3:\/\/bucket\/jobs\/1\/source/);
    assert.deepEqual(readdirSync(join(result.base, 'code')).sort(), ['data.txt', 'train.sh']);
  });

  for (const key of ['tree/', 'tree']) {
    test(`is all objects of a prefix: ${key}`, async (t) => {
      const result = await runJob(t, jobOf(key), s3.variables);
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, 'trained with a prefix\n');
      assert.equal(readFileSync(join(result.base, 'code/deep/er/x y.txt'), 'utf8'), 'x');
    });
  }

  test('is one file', async (t) => {
    const result = await runJob(t, jobOf('alone.sh', 'alone.sh'), s3.variables);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'alone\n');
    assert.deepEqual(readdirSync(join(result.base, 'code')), ['alone.sh']);
  });

  test('is not asked for where the code directory holds files', async (t) => {
    const job = { ...jobOf('jobs/1/source'), files: { 'code/train.sh': '#!/bin/sh\necho own\n' } };
    const result = await runJob(t, job, { S3_ENDPOINT_URL: 'http://127.0.0.1:9' });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'own\n');
  });

  for (const [what, key, code, command] of [
    ['is not there', 'none.tar.gz', 'S3_NOT_FOUND', /s3:\/\/bucket\/none\.tar\.gz/],
    ['was cut off', 'cut.tar.gz', 'ARCHIVE_INVALID', /s3:\/\/bucket\/cut\.tar\.gz/],
  ] as const) {
    test(`that ${what} is a clear error, and leaves nothing behind`, async (t) => {
      const result = await runJob(t, jobOf(key), s3.variables);
      assert.equal(result.code, 1);
      assert.match(result.failure ?? '', new RegExp(`^UserError ${code}: `));
      assert.match(result.failure ?? '', command);
      assert.doesNotMatch(result.failure ?? '', /partial/);
      assert.deepEqual(readdirSync(join(result.base, 'code')), []);
    });
  }
});
