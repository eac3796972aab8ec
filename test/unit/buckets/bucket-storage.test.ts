import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bucketStorage } from '../../../src/buckets/bucket-storage.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import type { ObjectStorage } from '../../../src/storage/object-storage.ts';
import { get, listed, md5, put } from '../../support/buckets/objects.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'optml-bucket-storage-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

const never = () => assert.fail('no other storage is needed');

async function setUp(name: string) {
  const dir = join(ROOT, name);
  const files = join(dir, 'files');
  mkdirSync(files, { recursive: true });
  const dataDir = join(dir, 'data');
  const buckets = await openBuckets({ dataDir, folders: { files } });
  after(() => buckets.close());
  const bucket = await buckets.create('local', 'eu-west-1');
  return { dir, files, bucket, storage: bucketStorage(dataDir, never), dataDir };
}

test('moves an upload into the bucket, or copies it, and reports its bytes', async () => {
  const { dir, files, bucket, storage } = await setUp('upload');
  const file = join(dir, 'model');
  const content = 'm'.repeat(3_000_000);
  for (const isMoved of [false, true]) {
    for (const name of ['local', 'files']) {
      writeFileSync(file, content);
      let bytes = 0;
      const onBytes = (more: number) => {
        bytes += more;
      };
      const location = { bucket: name, key: `out/${isMoved}` };
      assert.deepEqual(await storage.uploadFile(file, location, { isMoved, onBytes }), {
        objects: 1,
        bytes: content.length,
      });
      assert.equal(bytes, content.length);
      assert.equal(existsSync(file), !isMoved);
    }
  }
  assert.equal(await get(bucket, 'out/true'), content);
  assert.equal((await bucket.head('out/false'))?.etag, md5(content));
  assert.equal(readFileSync(join(files, 'out/true'), 'utf8'), content);
});

test('downloads are copies that share no file with the objects', async () => {
  const { dir, files, bucket, storage } = await setUp('download');
  const content = 'd'.repeat(3_000_000);
  await put(bucket, 'in/a', content);
  writeFileSync(join(files, 'a'), content);
  for (const [name, key] of [
    ['local', 'in/a'],
    ['files', 'a'],
  ] as const) {
    const file = join(dir, `copy-${name}`);
    assert.deepEqual(await storage.downloadObject({ bucket: name, key }, file), { objects: 1, bytes: content.length });
    assert.equal(readFileSync(file, 'utf8'), content);
    assert.equal(statSync(file).nlink, 1);
  }
  assert.notEqual(statSync(join(files, 'a')).ino, statSync(join(dir, 'copy-files')).ino);
  assert.deepEqual(await storage.downloadPrefix({ bucket: 'local', key: 'in/' }, join(dir, 'all')), {
    objects: 1,
    bytes: content.length,
  });
});

test('errors name the object, and an aborted transfer leaves nothing', async () => {
  const { dir, bucket, storage } = await setUp('errors');
  const file = join(dir, 'file');
  const missing = { code: 'S3_NOT_FOUND', message: 'there is no object s3://local/none' };
  await assert.rejects(storage.downloadObject({ bucket: 'local', key: 'none' }, file), missing);
  await assert.rejects(storage.downloadPrefix({ bucket: 'local', key: 'none/' }, file), { code: 'S3_NOT_FOUND' });
  assert.equal(await storage.objectBytes({ bucket: 'local', key: 'none' }), undefined);
  writeFileSync(join(dir, 'model'), 'content');
  await assert.rejects(storage.uploadFile(join(dir, 'model'), { bucket: 'files', key: 'a//b' }), {
    code: 'S3_REFUSED',
  });
  await put(bucket, 'large', 'x'.repeat(3_000_000));
  const controller = new AbortController();
  const onBytes = () => controller.abort(new Error('given up'));
  const target = join(dir, 'aborted');
  const download = storage.downloadObject({ bucket: 'local', key: 'large' }, target, {
    signal: controller.signal,
    onBytes,
  });
  await assert.rejects(download, { message: 'given up' });
  assert.equal(existsSync(target), false);
  await storage.deleteObject({ bucket: 'local', key: 'large' });
  assert.deepEqual(await listed(bucket), []);
});

test('other buckets are left to the other storage', async () => {
  const { dataDir } = await setUp('others');
  const asked: string[] = [];
  const other = {
    checkBucket: async (bucket: string) => void asked.push(bucket),
    objectBytes: async ({ bucket }: { bucket: string }) => asked.push(bucket),
  } as unknown as ObjectStorage;
  const storage = bucketStorage(dataDir, async () => other);
  await storage.checkBucket('local');
  await storage.checkBucket('remote');
  await storage.objectBytes({ bucket: 'remote', key: 'key' });
  assert.deepEqual(asked, ['remote', 'remote']);
});
