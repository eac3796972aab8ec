import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Bucket, Buckets, ListQuery } from '../../../src/buckets/buckets.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { attributesOf, expectedList, get, listed, put } from '../../support/buckets/objects.ts';
import { randomOf } from '../../support/buckets/random.ts';
import { trials } from '../../support/trials.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'optml-buckets-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

let folders = 0;
const newDir = () => join(ROOT, String(++folders));

async function withBucket(use: (bucket: Bucket, buckets: Buckets) => Promise<void>): Promise<void> {
  const buckets = await openBuckets({ dataDir: newDir() });
  try {
    await use(await buckets.create('a-bucket', 'eu-west-1'), buckets);
  } finally {
    await buckets.close();
  }
}

const ODD_KEYS = [
  'a',
  'a/b',
  'a//b',
  '/a',
  'a/',
  'a/b/',
  '.',
  '..',
  '../a',
  'a/../b',
  'dir',
  'dir/x',
  ' ',
  'a b+c%2F?&=#',
  'ü',
  'u\u0308',
  '\u{1f600}',
  '\uffee',
  '\ue000/x',
  'nul\0inside',
  'line\nbreak',
  'x'.repeat(1024),
  'ü'.repeat(512),
  `${'long/'.repeat(200)}end`,
];

test('keeps objects under any key, and lists them in the order of their bytes', async () => {
  await withBucket(async (bucket) => {
    for (const key of ODD_KEYS) await put(bucket, key, `content of ${key}`);
    for (const key of ODD_KEYS) assert.equal(await get(bucket, key), `content of ${key}`);
    assert.deepEqual(await listed(bucket), expectedList(ODD_KEYS, {}));
    for (const key of ODD_KEYS) assert.equal((await bucket.delete(key))?.key, key);
    assert.deepEqual(await listed(bucket), []);
  });
});

test('does what a model in memory does, also after it is opened again', async () => {
  for (let seed = 1; seed <= trials({ gate: 20, long: 200 }); seed++) {
    const random = randomOf(seed);
    const dataDir = newDir();
    const model = new Map<string, string>();
    let buckets = await openBuckets({ dataDir });
    await buckets.create('a-bucket', 'eu-west-1');
    for (let step = 0; step < 60; step++) {
      const bucket = buckets.find('a-bucket');
      assert.ok(bucket);
      const key = random.of(ODD_KEYS);
      const doing = random.below(10);
      const where = `seed ${seed}, step ${step}`;
      if (doing < 4) {
        const content = String(random.below(1e9));
        await put(bucket, key, content);
        model.set(key, content);
      } else if (doing < 6) {
        assert.equal((await bucket.delete(key)) !== undefined, model.delete(key), where);
      } else if (doing < 7) {
        assert.equal(await get(bucket, key), model.get(key), where);
      } else if (doing < 9) {
        const query: ListQuery = {
          prefix: random.of(['', 'a', 'a/', 'dir', '.', 'long/long', 'none']),
          delimiter: random.of([undefined, '/', 'b', '//']),
          after: random.of([undefined, random.of(ODD_KEYS), 'a/']),
        };
        assert.deepEqual(await listed(bucket, query), expectedList([...model.keys()], query), where);
      } else {
        await buckets.close();
        buckets = await openBuckets({ dataDir });
      }
    }
    await buckets.close();
  }
});

test('keeps the attributes of an object, and replaces its tags alone', async () => {
  await withBucket(async (bucket) => {
    const attributes = attributesOf('hello', {
      checksum: { algorithm: 'CRC32', value: 'NhCmhg==', type: 'FULL_OBJECT' },
      headers: { 'content-type': 'text/plain' },
      userMetadata: { name: 'ü' },
      tags: [['one', '1']],
      parts: [{ size: 5, checksum: undefined }],
    });
    const writer = await bucket.write();
    await writer.write(Buffer.from('hello'));
    const stored = await writer.commit('key', attributes);
    const { modifiedAt } = stored;
    assert.deepEqual(await bucket.head('key'), {
      key: 'key',
      size: 5,
      modifiedAt,
      ...attributes,
      parts: [{ size: 5 }],
    });
    assert.equal(await bucket.setTags('key', [['two', '2']]), true);
    assert.deepEqual((await bucket.head('key'))?.tags, [['two', '2']]);
    assert.deepEqual((await bucket.head('key'))?.modifiedAt, modifiedAt);
    assert.equal(await get(bucket, 'key'), 'hello');
    assert.equal(await bucket.setTags('other', []), false);
  });
});

test('an open object stays what it was when it is replaced and deleted', async () => {
  await withBucket(async (bucket) => {
    await put(bucket, 'key', 'old content');
    const open = await bucket.open('key');
    const closed = await bucket.open('key');
    assert.ok(open && closed);
    await put(bucket, 'key', 'new');
    await bucket.delete('key');
    let text = '';
    for await (const chunk of open.read(4, 11)) text += chunk;
    assert.equal(text, 'content');
    await closed.close();
    assert.equal(await bucket.head('key'), undefined);
  });
});

test('of 64 writers that demand that there is no object, exactly one wins', async () => {
  await withBucket(async (bucket) => {
    const isNew = (current: unknown) => assert.equal(current, undefined);
    const writes = Array.from({ length: 64 }, (_, index) => put(bucket, 'key', `content ${index}`, isNew));
    const ends = await Promise.allSettled(writes);
    const won = ends.findIndex(({ status }) => status === 'fulfilled');
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await get(bucket, 'key'), `content ${won}`);
  });
});

test('makes an object of parts, and removes the upload', async () => {
  await withBucket(async (bucket, buckets) => {
    const wanted = { headers: {}, userMetadata: {}, tags: [], checksum: undefined };
    const upload = await bucket.uploads.begin('key', wanted);
    const contents = ['first '.repeat(300_000), 'second ', 'third'];
    for (const [index, content] of contents.entries()) {
      const writer = await bucket.write();
      await writer.write(Buffer.from(content));
      await writer.commitPart(upload, index + 1, { etag: attributesOf(content).etag, checksum: undefined });
    }
    const parts = await bucket.uploads.parts(upload);
    assert.deepEqual(
      parts.map(({ number, size }) => [number, size]),
      contents.map((content, index) => [index + 1, content.length]),
    );
    assert.deepEqual(await bucket.uploads.find('key', upload.id), upload);
    assert.equal(await bucket.uploads.find('other', upload.id), undefined);
    assert.equal(await bucket.uploads.find('key', '../../x'), undefined);
    assert.equal(await buckets.remove('a-bucket'), false);
    await bucket.uploads.complete(upload, parts, attributesOf(contents.join('')));
    assert.equal(await get(bucket, 'key'), contents.join(''));
    assert.deepEqual(await bucket.uploads.list(), []);
  });
});

test('removes an empty bucket only', async () => {
  await withBucket(async (bucket, buckets) => {
    await put(bucket, 'key', 'content');
    assert.equal(await buckets.remove('a-bucket'), false);
    await bucket.delete('key');
    const writer = await bucket.write();
    await writer.write(Buffer.from('late'));
    assert.equal(await buckets.remove('a-bucket'), true);
    await assert.rejects(writer.commit('key', attributesOf('late')), { name: 'GoneError', what: 'bucket' });
    await writer.discard();
    assert.deepEqual(buckets.list(), []);
  });
});

test('a second process is refused while the first one serves the buckets', async () => {
  const dataDir = newDir();
  const first = await openBuckets({ dataDir });
  await assert.rejects(openBuckets({ dataDir }), {
    code: 'DESTINATION_INVALID',
    message: `process ${process.pid} serves the buckets in this folder already`,
  });
  await first.close();
  await (await openBuckets({ dataDir })).close();
});
