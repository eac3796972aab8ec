import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isOptmlError } from '../../src/errors/error.ts';
import { openS3, storageOf } from '../../src/storage/s3.ts';
import { S3Session } from '../../src/storage/s3-session.ts';
import { readS3Settings } from '../../src/storage/s3-settings.ts';
import { startFakeFaults } from '../support/fake-s3-faults.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const QUIET = { warn: () => undefined, debug: () => undefined };

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('objects are listed in the order of their keys, with their sizes', async (t) => {
  const s3 = await startS3(t);
  for (const key of ['a/2', 'a/1', 'b']) await s3.put(key, key.repeat(2));
  const storage = openS3(s3.variables, QUIET);
  t.after(() => storage.close());
  const listed = await collect(storage.listObjects({ bucket: s3.bucket, key: 'a/' }));
  assert.deepEqual(
    listed.map(({ key, bytes }) => [key, bytes]),
    [
      ['a/1', 6],
      ['a/2', 6],
    ],
  );
});

test('an object is read as it comes, and where the answer breaks off the next one goes on', async (t) => {
  const s3 = await startS3(t);
  const content = randomBytes(3_000_000);
  await s3.put('k', content);
  let cuts = 0;
  const fake = await startFakeFaults(t, s3, ({ method }) => {
    if (method !== 'GET' || cuts >= 3) return undefined;
    cuts++;
    return { cutAfter: 500_000 };
  });
  const settings = readS3Settings({ ...s3.variables, ...s3Variables(fake.endpoint) }, QUIET.warn);
  const retry = { attempts: 4, firstWaitMs: 1, lastWaitMs: 5 };
  const storage = storageOf(new S3Session(settings, QUIET, { connectMs: 5000, idleMs: 3000, retry }));
  t.after(() => storage.close());
  let reported = 0;
  const onBytes = (bytes: number) => {
    reported += bytes;
  };
  const chunks = await collect(storage.readObject({ bucket: s3.bucket, key: 'k' }, { onBytes }));
  assert.ok(Buffer.concat(chunks).equals(content));
  assert.equal(reported, content.length);
  assert.equal(cuts, 3);
});

test('reading can be left early, and an object of no bytes gives none', async (t) => {
  const s3 = await startS3(t);
  await s3.put('big', randomBytes(3_000_000));
  await s3.put('empty', '');
  const storage = openS3(s3.variables, QUIET);
  t.after(() => storage.close());
  for await (const chunk of storage.readObject({ bucket: s3.bucket, key: 'big' })) {
    assert.ok(chunk.length > 0);
    break;
  }
  assert.deepEqual(await collect(storage.readObject({ bucket: s3.bucket, key: 'empty' })), []);
});

test('reading what is not there is an error that names it; deleting it is none', async (t) => {
  const s3 = await startS3(t);
  await s3.put('k', 'x');
  const storage = openS3(s3.variables, QUIET);
  t.after(() => storage.close());
  const at = { bucket: s3.bucket, key: 'k' };
  await storage.deleteObject(at);
  assert.equal(await s3.get('k'), undefined);
  await storage.deleteObject(at);
  await assert.rejects(
    () => collect(storage.readObject(at)),
    (error) => isOptmlError(error) && error.code === 'S3_NOT_FOUND' && error.message.includes('s3://bucket/k'),
  );
});
