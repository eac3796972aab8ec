import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import { putCheckpoints } from '../../../../../src/validate/observe/left-files/put-checkpoints.ts';
import type { TestRun } from '../../../../../src/validate/observe/test-run.ts';
import { temporaryFolder } from '../../../../support/job.ts';
import { makeOutside } from '../../../../support/outside.ts';

/** Puts checkpoints, with markers, into a new `/opt/ml`; returns its folder of checkpoints. */
async function put(t: TestContext, from: string): Promise<string> {
  const dir = temporaryFolder(t);
  const [ml, source] = [JobFolder.open(dir), JobFolder.open(from)];
  t.after(() => {
    ml.close();
    source.close();
  });
  const scenario = { checkpoints: { withMarkers: true } };
  const request = { CheckpointConfig: { S3Uri: 's3://bucket/' } };
  const signal = new AbortController().signal;
  await putCheckpoints(ml, { scenario, request, signal, warn: () => undefined } as unknown as TestRun, source);
  return join(dir, 'checkpoints');
}

test('each file gets a marker, the first one two; folders get none', async (t) => {
  const from = temporaryFolder(t);
  mkdirSync(join(from, 'sub'));
  for (const name of ['a', 'sub/b']) writeFileSync(join(from, name), name);
  const checkpoints = await put(t, from);
  assert.deepEqual(readdirSync(checkpoints).sort(), ['a', 'a.sagemaker-uploaded', 'a.sagemaker-uploading', 'sub']);
  assert.deepEqual(readdirSync(join(checkpoints, 'sub')).sort(), ['b', 'b.sagemaker-uploaded']);
  assert.equal(statSync(join(checkpoints, 'a.sagemaker-uploaded')).size, 0);
});

test('links are not restored, no marker is written through one, and none replaces a file', async (t) => {
  const from = temporaryFolder(t);
  const outside = makeOutside(temporaryFolder(t));
  const before = outside.state();
  for (const name of ['a', 'b', 'b.sagemaker-uploaded', 'x'.repeat(250)]) writeFileSync(join(from, name), name);
  symlinkSync(outside.file, join(from, 'a.sagemaker-uploaded'));
  symlinkSync(outside.dir, join(from, 'folder'));
  symlinkSync('.', join(from, 'loop'));
  const checkpoints = await put(t, from);
  assert.deepEqual(
    readdirSync(checkpoints).filter((name) => name === 'folder' || name === 'loop'),
    [],
  );
  assert.throws(() => readlinkSync(join(checkpoints, 'a.sagemaker-uploaded')), { code: 'EINVAL' });
  assert.equal(statSync(join(checkpoints, 'b.sagemaker-uploaded')).size, 'b.sagemaker-uploaded'.length);
  assert.deepEqual(outside.state(), before);
});
