import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { attributesOf, get, listed, md5, put } from '../support/buckets/objects.ts';
import { withDisk } from '../support/disks.ts';
import { temporaryFolder } from '../support/job.ts';

const LIMITED = fileURLToPath(new URL('../support/buckets/limited-child.ts', import.meta.url));

for (const kind of ['objects', 'plain files'] as const) {
  test(`${kind}: a full disk leaves the old object or none, and room again is used again`, async (t) => {
    const dir = temporaryFolder(t);
    await withDisk(t, dir, 'size=3m', async () => {
      const files = join(dir, 'files');
      mkdirSync(files);
      const dataDir = join(dir, 'data');
      const buckets = await openBuckets({ dataDir, ...(kind === 'plain files' && { folders: { bucket: files } }) });
      const bucket = buckets.find('bucket') ?? (await buckets.create('bucket', 'eu-west-1'));
      await put(bucket, 'key', 'old');
      const full = { code: 'DISK_WRITE_FAILED', message: /^bucket bucket cannot be written: ENOSPC/ };
      for (const key of ['key', 'other']) await assert.rejects(put(bucket, key, 'x'.repeat(4_000_000)), full);
      assert.equal(await get(bucket, 'key'), 'old');
      assert.deepEqual(await listed(bucket), ['key']);
      // The parts fit, the object does not fit beside them.
      const wanted = { headers: {}, userMetadata: {}, tags: [], checksum: undefined };
      const upload = await bucket.uploads.begin('key', wanted);
      const part = Buffer.alloc(1_600_000);
      const writer = await bucket.write();
      await writer.write(part);
      await writer.commitPart(upload, 1, { etag: md5(part), checksum: undefined });
      const complete = async () =>
        bucket.uploads.complete(upload, await bucket.uploads.parts(upload), attributesOf(part));
      await assert.rejects(complete(), full);
      assert.equal((await bucket.uploads.parts(upload)).length, 1);
      await bucket.uploads.abort(upload);
      await put(bucket, 'key', 'n'.repeat(1_600_000));
      assert.equal((await bucket.head('key'))?.size, 1_600_000);
      const own = join(dataDir, kind === 'objects' ? 'bucket' : '.folders/bucket');
      assert.deepEqual(readdirSync(join(own, 'partial')), []);
      await buckets.close();
    });
  });
}

test('a file that is larger than a process may write leaves the old object', async (t) => {
  const dataDir = temporaryFolder(t);
  const buckets = await openBuckets({ dataDir });
  await put(await buckets.create('bucket', 'eu-west-1'), 'key', 'old');
  await buckets.close();
  const words = [process.execPath, '--conditions=optml-source', '--import', 'tsx', LIMITED, dataDir, 'bucket', 'key'];
  const script = `ulimit -f 2000; exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const child = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const { error, size, etag } = JSON.parse(child.stdout || JSON.stringify({ error: child.stderr }));
  assert.match(error, /^DISK_WRITE_FAILED bucket bucket cannot be written: EFBIG/);
  assert.deepEqual([size, etag], [3, md5('small')]);
});

test('a folder on another file system than the data folder gets whole files', async (t) => {
  const files = temporaryFolder(t);
  const dataDir = temporaryFolder(t);
  await withDisk(t, files, 'size=3m', async () => {
    const buckets = await openBuckets({ dataDir, folders: { bucket: files } });
    const bucket = buckets.find('bucket');
    assert.ok(bucket);
    await put(bucket, 'a/key', 'content');
    assert.equal(readFileSync(join(files, 'a/key'), 'utf8'), 'content');
    assert.equal((await bucket.head('a/key'))?.etag, md5('content'));
    await assert.rejects(put(bucket, 'a/key', 'x'.repeat(4_000_000)), { code: 'DISK_WRITE_FAILED' });
    assert.equal(await get(bucket, 'a/key'), 'content');
    assert.deepEqual(readdirSync(files), ['a']);
    assert.deepEqual(readdirSync(join(dataDir, '.folders/bucket/partial')), []);
    await buckets.close();
  });
});
