import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/job.ts';
import { uploadEndpoint } from '../../support/upload-endpoint.ts';

const MIB = 1024 * 1024;

/** A folder with an empty file, a small one and one of three parts. */
function makeTree(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(join(dir, 'sub'), { recursive: true });
  writeFileSync(join(dir, 'a.txt'), 'one');
  writeFileSync(join(dir, 'sub/empty'), '');
  writeFileSync(join(dir, 'sub/large'), Buffer.alloc(20 * MIB, 'x'));
  return dir;
}

const train = (path: string) => ({ kind: 'tree', path, name: 'train' }) as const;

test('a tree is sent below a prefix that its hash names, and not again', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = s3.uploader();
  const location = train(makeTree(t));
  const first = await uploader.upload(location);
  assert.deepEqual(first.sent, { files: 3, bytes: 20 * MIB + 3 });
  const [, hash = ''] = /^s3:\/\/uploads\/jobs\/train\/([0-9a-f]{40})\/$/.exec(first.uri) ?? assert.fail(first.uri);
  assert.deepEqual(await s3.keys(), [
    `jobs/train/.complete/${hash}`,
    `jobs/train/${hash}/a.txt`,
    `jobs/train/${hash}/sub/empty`,
    `jobs/train/${hash}/sub/large`,
  ]);
  assert.equal(await s3.get(`jobs/train/${hash}/a.txt`), 'one');
  s3.requests();
  const again = await uploader.upload(location);
  assert.equal(again.uri, first.uri);
  assert.deepEqual(again.present, { files: 3, bytes: 20 * MIB + 3 });
  assert.deepEqual(again.sent, { files: 0, bytes: 0 });
  // The mark, which an upload that was killed before its end does not have.
  assert.deepEqual(s3.requests(), { ListObjectsV2: 1, PutObject: 1 });
});

test('of a changed tree only the changed file is sent, and S3 copies the others', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = s3.uploader();
  const dir = makeTree(t);
  await uploader.upload(train(dir));
  writeFileSync(join(dir, 'a.txt'), 'two!');
  s3.requests();
  const planned = await uploader.plan(train(dir));
  assert.deepEqual(Object.keys(s3.requests()), ['ListObjectsV2']);
  const changed = await uploader.upload(train(dir));
  assert.deepEqual(changed.copied, { files: 2, bytes: 20 * MIB });
  assert.deepEqual(changed.sent, { files: 1, bytes: 4 });
  assert.deepEqual({ ...planned }, { ...changed });
  const { PutObject, UploadPart, CopyObject, UploadPartCopy } = s3.requests();
  assert.deepEqual([PutObject, UploadPart, CopyObject, UploadPartCopy], [2, undefined, 1, 3]);
  const key = changed.uri.slice('s3://uploads/'.length);
  assert.equal(await s3.get(`${key}a.txt`), 'two!');
  assert.equal(await s3.get(`${key}sub/large`), 'x'.repeat(20 * MIB));
});

test('times, permissions, empty folders and the folder of a tree make no difference to its hash', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = s3.uploader();
  const dir = makeTree(t);
  const { uri } = await uploader.plan(train(dir));
  const copy = join(temporaryFolder(t), 'other');
  cpSync(dir, copy, { recursive: true });
  utimesSync(join(copy, 'a.txt'), 1, 1);
  chmodSync(join(copy, 'a.txt'), 0o700);
  mkdirSync(join(copy, 'empty'));
  assert.equal((await uploader.plan(train(copy))).uri, uri);
  rmSync(join(copy, 'sub/empty'));
  assert.notEqual((await uploader.plan(train(copy))).uri, uri);
});

test('a single file is an object whose key ends in its name', async (t) => {
  const s3 = await uploadEndpoint(t);
  const file = join(makeTree(t), 'a.txt');
  const { uri, sent } = await s3.uploader({ prefix: '' }).upload(train(file));
  assert.match(uri, /^s3:\/\/uploads\/train\/[0-9a-f]{40}\/a\.txt$/);
  assert.deepEqual(sent, { files: 1, bytes: 3 });
  assert.equal(await s3.get(uri.slice('s3://uploads/'.length)), 'one');
});
