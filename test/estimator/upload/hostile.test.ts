import assert from 'node:assert/strict';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { openContentStore } from '../../../src/storage/content-store.ts';
import { GrowingSums } from '../../../src/storage/content-sums.ts';
import { temporaryFolder } from '../../support/job.ts';
import { BUCKET, kindOf, type UploadEndpoint, uploadEndpoint } from '../../support/upload-endpoint.ts';

function makeTree(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir);
  writeFileSync(join(dir, 'a'), 'first');
  writeFileSync(join(dir, 'b'), 'other');
  return dir;
}

const train = (path: string) => ({ kind: 'tree', path, name: 'train' }) as const;
const keyOf = (uri: string) => uri.slice(`s3://${BUCKET}/`.length);

async function put(s3: UploadEndpoint, key: string, body: string): Promise<void> {
  await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
}

test('an object of another content in the place of a file is replaced', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeTree(t);
  const { uri } = await s3.uploader().upload(train(dir));
  await put(s3, `${keyOf(uri)}a`, 'wrong');
  const { present, sent } = await s3.uploader().upload(train(dir));
  assert.deepEqual([present.files, sent.files], [1, 1]);
  assert.equal(await s3.get(`${keyOf(uri)}a`), 'first');
});

test('a tree that is marked as complete and is not is completed', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeTree(t);
  const { uri } = await s3.uploader().plan(train(dir));
  const hash = uri.split('/').at(-2);
  await put(s3, `jobs/train/.complete/${hash}`, '{"version":1,"files":2}');
  const { sent } = await s3.uploader().upload(train(dir));
  assert.equal(sent.files, 2);
});

test('an object that is not in the tree is an error that names it', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeTree(t);
  const { uri } = await s3.uploader().upload(train(dir));
  await put(s3, `${keyOf(uri)}c`, 'more');
  await assert.rejects(s3.uploader().upload(train(dir)), {
    code: 'CHANNEL_INVALID',
    message: `channel "train": ${uri}c is not in ${dir}, and the job would get it too`,
    fix: `Remove it: aws s3 rm "${uri}c"`,
  });
});

test('damaged marks, and marks of trees that do not exist, change nothing', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeTree(t);
  const before = await s3.uploader().upload(train(dir));
  for (const name of ['..', 'x', 'a'.repeat(40), `${'b'.repeat(40)}/c`]) {
    await put(s3, `jobs/train/.complete/${name}`, '\u0000{{{');
  }
  // An earlier tree whose file has been replaced.
  await put(s3, `${keyOf(before.uri)}a`, 'wrong');
  writeFileSync(join(dir, 'b'), 'changed');
  const { uri, copied, sent } = await s3.uploader().upload(train(dir));
  assert.deepEqual([copied.files, sent.files], [0, 2]);
  assert.equal(await s3.get(`${keyOf(uri)}a`), 'first');
});

test('a copy whose content is not what its ETag promises is not taken', async (t) => {
  const s3 = await uploadEndpoint(t);
  const log = { warn: () => undefined, debug: () => undefined };
  const store = openContentStore(s3.variables, log);
  t.after(() => store.close());
  await put(s3, 'source', 'wrong');
  const sums = new GrowingSums();
  sums.update(Buffer.from('first'));
  const content = { bytes: 5, parts: [sums.digest()] };
  for await (const { etag = '' } of store.list({ bucket: BUCKET, key: 'source' })) {
    const source = { location: { bucket: BUCKET, key: 'source' }, etag };
    assert.equal(await store.copy(source, content, { bucket: BUCKET, key: 'copy' }), false);
    return;
  }
  assert.fail('the source is listed');
});

test('a file that changes after it was read is an error, and is not stored', async (t) => {
  const dir = makeTree(t);
  const s3 = await uploadEndpoint(t, (request) => {
    if (kindOf(request) === 'ListObjectsV2') writeFileSync(join(dir, 'a'), 'FIRST');
    return undefined;
  });
  await assert.rejects(s3.uploader().upload(train(dir)), {
    code: 'S3_FAILED',
    message: `${join(dir, 'a')} changed while it was being uploaded`,
  });
  assert.ok(!(await s3.keys()).some((key) => key.endsWith('/a')));
  const { uri } = await s3.uploader().upload(train(dir));
  assert.equal(await s3.get(`${keyOf(uri)}a`), 'FIRST');
});

test('sums that are remembered do not outlive a change that keeps size and time', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeTree(t);
  const file = join(dir, 'a');
  utimesSync(file, 1, 1);
  const uploader = s3.uploader();
  const first = await uploader.upload(train(dir));
  const { atime, mtime } = statSync(file);
  writeFileSync(file, 'FIRST');
  utimesSync(file, atime, mtime);
  const second = await uploader.upload(train(dir));
  assert.notEqual(second.uri, first.uri);
  assert.equal(await s3.get(`${keyOf(second.uri)}a`), 'FIRST');
});
