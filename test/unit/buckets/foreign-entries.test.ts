// Other programs of the user can put anything into the data folder: it is no object, and blocks nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keyHash } from '../../../src/buckets/access/key-turns.ts';
import type { Bucket } from '../../../src/buckets/buckets.ts';
import { guestBuckets } from '../../../src/buckets/guest-buckets.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { trailerOf } from '../../../src/buckets/store/kept-file.ts';
import { get, listed, put } from '../../support/buckets/objects.ts';

interface Place {
  readonly dataDir: string;
  readonly bucket: Bucket;
  /** The path of a key's file. */
  readonly pathOf: (key: string) => string;
}

async function makePlace(t: TestContext): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'optml-foreign-'));
  const buckets = await openBuckets({ dataDir });
  t.after(async () => {
    await buckets.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const bucket = await buckets.create('a-bucket', 'eu-west-1');
  const pathOf = (key: string) => {
    const hash = keyHash(key);
    return join(dataDir, 'a-bucket', 'objects', hash.slice(0, 2), hash.slice(2));
  };
  return { dataDir, bucket, pathOf };
}

const makeFifo = (path: string) => void execFileSync('mkfifo', [path]);

const ENTRIES: readonly (readonly [name: string, make: (path: string) => void])[] = [
  ['a FIFO', makeFifo],
  ['a folder', (path) => mkdirSync(path)],
  ['a file of another form', (path) => writeFileSync(path, 'x'.repeat(100))],
  ['a file with attributes that are no JSON', (path) => writeFileSync(path, brokenTrailer())],
  ['a file without attributes', (path) => writeFileSync(path, trailerOf(null as unknown as object))],
  ['a link to a FIFO', linkToFifo],
];

function brokenTrailer(): Buffer {
  const bytes = trailerOf({});
  bytes.write('[[', 0);
  return bytes;
}

function linkToFifo(path: string): void {
  makeFifo(`${path}.fifo`);
  symlinkSync(`${path}.fifo`, path);
}

for (const [name, make] of ENTRIES) {
  test(`${name} in place of an object's file is no object`, async (t) => {
    const { bucket, pathOf } = await makePlace(t);
    await put(bucket, 'stays', 'content');
    mkdirSync(dirname(pathOf('key')), { recursive: true });
    make(pathOf('key'));
    assert.equal(await bucket.head('key'), undefined);
    assert.equal(await bucket.open('key'), undefined);
    assert.deepEqual(await listed(bucket), ['stays']);
    assert.equal(await get(bucket, 'stays'), 'content');
  });
}

test('a link in place of an object does not lead to the content of another one', async (t) => {
  const { bucket, pathOf } = await makePlace(t);
  await put(bucket, 'key', 'content');
  renameSync(pathOf('key'), `${pathOf('key')}.moved`);
  symlinkSync(`${pathOf('key')}.moved`, pathOf('key'));
  assert.equal(await bucket.open('key'), undefined);
  await put(bucket, 'key', 'new');
  assert.equal(await get(bucket, 'key'), 'new');
});

test('a file in place of a folder of objects hides only these', async (t) => {
  const { dataDir, bucket, pathOf } = await makePlace(t);
  await put(bucket, 'stays', 'content');
  const objects = join(dataDir, 'a-bucket', 'objects');
  const key = Array.from({ length: 10 }, (_, index) => `key-${index}`).find(
    (name) => !readdirSync(objects).includes(keyHash(name).slice(0, 2)),
  );
  assert.ok(key);
  writeFileSync(dirname(pathOf(key)), '');
  assert.equal(await bucket.head(key), undefined);
  assert.deepEqual(await listed(bucket), ['stays']);
  await assert.rejects(put(bucket, key, 'content'), { code: 'DISK_WRITE_FAILED' });
});

test('a FIFO or a folder in place of the description of an upload ends the upload', async (t) => {
  const { dataDir, bucket } = await makePlace(t);
  for (const make of [makeFifo, mkdirSync]) {
    const upload = await bucket.uploads.begin('key', { headers: {}, userMetadata: {}, tags: [], checksum: undefined });
    const head = join(dataDir, 'a-bucket', 'uploads', upload.id, 'upload.json');
    rmSync(head);
    make(head);
    assert.equal(await bucket.uploads.find('key', upload.id), undefined);
    assert.deepEqual(await bucket.uploads.list(), []);
  }
});

test('a FIFO in place of the journal blocks no list', async (t) => {
  const { dataDir, bucket } = await makePlace(t);
  await put(bucket, 'key', 'content');
  makeFifo(join(dataDir, 'a-bucket', 'journal'));
  assert.deepEqual(await listed(bucket), ['key']);
});

test('lines of the journal that are cut or damaged hide no other change', async (t) => {
  const { dataDir, bucket } = await makePlace(t);
  await put(bucket, 'mine', 'content');
  assert.deepEqual(await listed(bucket), ['mine']);
  // A full disk cuts a line.
  writeFileSync(join(dataDir, 'a-bucket', 'journal'), '{}\nno JSON\n"cu');
  const guest = guestBuckets(dataDir).find('a-bucket');
  assert.ok(guest);
  await put(guest, 'theirs', 'content');
  assert.deepEqual(await listed(bucket), ['mine', 'theirs']);
});

test('an upload that cannot begin leaves nothing', async (t) => {
  const { dataDir, bucket } = await makePlace(t);
  const dir = join(dataDir, 'a-bucket');
  rmSync(join(dir, 'uploads'), { recursive: true });
  writeFileSync(join(dir, 'uploads'), '');
  const attributes = { headers: {}, userMetadata: {}, tags: [], checksum: undefined };
  await assert.rejects(bucket.uploads.begin('key', attributes), { code: 'DISK_WRITE_FAILED' });
  assert.deepEqual(readdirSync(join(dir, 'partial')), []);
});
