import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { writeFailed } from '../../../src/buckets/errors.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { withDisk } from '../../support/disks.ts';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'files';

test('a folder of files: changes of other programs, keys that no file can have, a full disk', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'optml-bucket-errors-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  await withDisk(t, dir, 'size=3m', async () => {
    const folder = join(dir, 'folder');
    mkdirSync(folder);
    const buckets = await openBuckets({ dataDir: join(dir, 'data'), folders: { [Bucket]: folder } });
    const s3 = (await s3Endpoint(t, { buckets })).client();
    writeFileSync(join(folder, 'outside'), 'outside');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ['outside'],
    );
    for (const [Key, Body] of [
      ['outside/below', ''],
      ['a//b', ''],
      ['folder/', 'content'],
    ] as const) {
      const refused = { name: 'InvalidArgument', message: /^This bucket is a folder of files/ };
      await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key, Body })), refused);
    }
    const error = await s3.send(new PutObjectCommand({ Bucket, Key: 'outside', Body: 'x'.repeat(4_000_000) })).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof S3ServiceException);
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['InsufficientStorage', 507]);
    const { Body: kept } = await s3.send(new GetObjectCommand({ Bucket, Key: 'outside' }));
    assert.equal(await kept?.transformToString(), 'outside');
  });
});

test('DeleteObjects answers for each key, also if the system refuses one', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'optml-delete-errors-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(dir, name), name);
  const buckets = await openBuckets({ dataDir: join(dir, 'data'), folders: { [Bucket]: dir } });
  const bucket = buckets.find(Bucket);
  assert.ok(bucket);
  const remove = bucket.delete.bind(bucket);
  t.mock.method(bucket, 'delete', (key: string) =>
    key === 'b' ? Promise.reject(writeFailed(new Error('EIO: i/o error'), Bucket, dir)) : remove(key),
  );
  const s3 = (await s3Endpoint(t, { buckets })).client();
  const Objects = ['a', 'b', 'c'].map((Key) => ({ Key }));
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.deepEqual(
    Deleted?.map(({ Key }) => Key),
    ['a', 'c'],
  );
  assert.deepEqual(
    Errors?.map(({ Key, Code }) => [Key, Code]),
    [['b', 'InternalError']],
  );
});

test('a folder that another program has removed is no bucket until it is back', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'optml-bucket-gone-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const folder = join(dir, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a'), 'a');
  const buckets = await openBuckets({ dataDir: join(dir, 'data'), folders: { [Bucket]: folder } });
  const s3 = (await s3Endpoint(t, { buckets })).client();
  renameSync(folder, `${folder}.away`);
  const gone = { name: 'NoSuchBucket' };
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'a' })), gone);
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' })), gone);
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket })), gone);
  const Delete = { Objects: [{ Key: 'a' }] };
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  assert.equal(Errors?.[0]?.Code, 'NoSuchBucket');
  renameSync(`${folder}.away`, folder);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  assert.equal(await Body?.transformToString(), 'a');
});

test('a file that the endpoint may not read is denied', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'optml-bucket-denied-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const buckets = await openBuckets({ dataDir: join(dir, 'data'), folders: { [Bucket]: dir } });
  const bucket = buckets.find(Bucket);
  assert.ok(bucket);
  // Root may read every file.
  t.mock.method(bucket, 'open', () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' })));
  const s3 = (await s3Endpoint(t, { buckets })).client();
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'a' })), { name: 'AccessDenied' });
});
