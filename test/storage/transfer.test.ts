// Against a real S3 server.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OptmlError } from '../../src/errors/error.ts';
import { openS3 } from '../../src/storage/s3.ts';
import { temporaryFolder } from '../support/job.ts';
import { startS3 } from '../support/s3.ts';

const MIB = 1024 * 1024;

async function setUp(t: TestContext) {
  const s3 = await startS3(t);
  const output: string[] = [];
  const log = { warn: (text: string) => output.push(text), debug: (text: string) => output.push(text) };
  const storage = openS3(s3.variables, log);
  t.after(() => storage.close());
  return { s3, storage, output, dir: temporaryFolder(t), at: (key: string) => ({ bucket: s3.bucket, key }) };
}

const sha = (content: Buffer) => createHash('sha256').update(content).digest('hex');

for (const [what, size] of [
  ['no bytes', 0],
  ['one byte', 1],
  ['exactly one range', 8 * MIB],
  ['one byte more than a range', 8 * MIB + 1],
  ['20 MiB and a bit', 20 * MIB + 4711],
] as const) {
  test(`an object of ${what} comes back as it was uploaded`, async (t) => {
    const { s3, storage, dir, at } = await setUp(t);
    const content = randomBytes(size);
    writeFileSync(join(dir, 'in'), content);
    let uploaded = 0;
    let downloaded = 0;
    const up = await storage.uploadFile(join(dir, 'in'), at('a/é +%&.bin'), {
      onBytes: (bytes) => {
        uploaded += bytes;
      },
    });
    assert.deepEqual([up, uploaded], [{ objects: 1, bytes: size }, size]);
    assert.deepEqual(await s3.keys(), ['a/é +%&.bin']);
    assert.equal(await storage.objectBytes(at('a/é +%&.bin')), size);
    const down = await storage.downloadObject(at('a/é +%&.bin'), join(dir, 'out'), {
      onBytes: (bytes) => {
        downloaded += bytes;
      },
    });
    assert.deepEqual([down, downloaded], [{ objects: 1, bytes: size }, size]);
    assert.equal(sha(readFileSync(join(dir, 'out'))), sha(content));
    assert.deepEqual(readdirSync(dir).sort(), ['in', 'out']);
    assert.deepEqual(await s3.unfinished(), []);
  });
}

test('a file that is there is replaced, and has the permissions of any new file', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  await s3.put('k', 'new');
  writeFileSync(join(dir, 'out'), 'old');
  await storage.downloadObject(at('k'), join(dir, 'out'));
  assert.equal(readFileSync(join(dir, 'out'), 'utf8'), 'new');
  writeFileSync(join(dir, 'other'), '');
  assert.equal(statSync(join(dir, 'out')).mode, statSync(join(dir, 'other')).mode);
});

test('a prefix with a slash: what follows it are the names', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['in/a/x', 'in/a/b/y', 'in/ab', 'in/a/empty/', 'other'])
    await s3.put(key, key.endsWith('/') ? '' : key);
  const result = await storage.downloadPrefix(at('in/a/'), join(dir, 'out'));
  assert.deepEqual(result, { objects: 3, bytes: 'in/a/x'.length + 'in/a/b/y'.length });
  assert.deepEqual(readdirSync(join(dir, 'out'), { recursive: true }).sort(), ['b', 'b/y', 'empty', 'x']);
  assert.equal(readFileSync(join(dir, 'out/b/y'), 'utf8'), 'in/a/b/y');
});

test('a prefix without a slash: the one that follows is no part of the names', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['in/a/x', 'in/a/b/y']) await s3.put(key, key);
  await storage.downloadPrefix(at('in/a'), dir);
  assert.deepEqual(readdirSync(dir, { recursive: true }).sort(), ['b', 'b/y', 'x']);
});

test('a prefix that ends inside of a name: the rest of the name is left', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['part-1', 'part-2']) await s3.put(key, key);
  await storage.downloadPrefix(at('part-'), dir);
  assert.deepEqual(readdirSync(dir).sort(), ['1', '2']);
});

test('a prefix that is the key of an object: it keeps the last part of its name', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  await s3.put('in/data.csv', '1,2');
  await storage.downloadPrefix(at('in/data.csv'), dir);
  assert.equal(readFileSync(join(dir, 'data.csv'), 'utf8'), '1,2');
});

test('an empty prefix is the whole bucket', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['x', 'a/y']) await s3.put(key, key);
  assert.equal((await storage.downloadPrefix(at(''), dir)).objects, 2);
  assert.deepEqual(readdirSync(dir, { recursive: true }).sort(), ['a', 'a/y', 'x']);
});

test('1,200 objects come, page by page', { timeout: 120_000 }, async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (let i = 0; i < 1200; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => s3.put(`many/${(i + j) % 7}/${i + j}`, String(i + j))));
  }
  const result = await storage.downloadPrefix(at('many/'), dir);
  assert.equal(result.objects, 1200);
  for (const i of [0, 999, 1000, 1199]) assert.equal(readFileSync(join(dir, `${i % 7}/${i}`), 'utf8'), String(i));
});

for (const [what, keys, key, why] of [
  ['leads out of the folder', ['in/../../out'], 'in/../../out', 'leads out of the folder by ".."'],
  ['is absolute', ['in//etc/passwd'], 'in//etc/passwd', 'would be an absolute path'],
  ['has an empty part', ['in/a//b'], 'in/a//b', 'has an empty or "." part, which no file can have'],
  ['has too long a name', [`in/${'n'.repeat(256)}`], `in/${'n'.repeat(256)}`, 'has a name of more than 255 bytes'],
] as const) {
  test(`a key that ${what} is refused by its name`, async (t) => {
    const { s3, storage, dir, at } = await setUp(t);
    for (const each of keys) await s3.put(each, 'x');
    await assert.rejects(storage.downloadPrefix(at('in/'), join(dir, 'folder')), (error: OptmlError) => {
      assert.equal(error.code, 'SOURCE_INVALID');
      assert.equal(error.message, `the object s3://bucket/${key} ${why}`);
      return true;
    });
    assert.deepEqual(readdirSync(dir, { recursive: true }), ['folder']);
  });
}

test('a key that is a file where another needs a folder is refused', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['in/a', 'in/a/b']) await s3.put(key, 'x');
  await assert.rejects(storage.downloadPrefix(at('in/'), dir), {
    code: 'SOURCE_INVALID',
    message:
      /^the object s3:\/\/bucket\/in\/a(\/b)? is a file where another key needs a folder, or the other way round$/,
  });
});

test('two keys that would be the same file are refused', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  for (const key of ['in/a/x', 'in/ax']) await s3.put(key, 'x');
  await assert.rejects(storage.downloadPrefix(at('in/a'), dir), {
    code: 'SOURCE_INVALID',
    message: 'the object s3://bucket/in/ax and s3://bucket/in/a/x would be the same file, x',
  });
});

test('a name of 255 bytes is taken', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  await s3.put(`in/${'n'.repeat(255)}`, 'x');
  await storage.downloadPrefix(at('in/'), dir);
  assert.ok(existsSync(join(dir, 'n'.repeat(255))));
});

test('what is missing is reported by its name', async (t) => {
  const { storage, dir, at } = await setUp(t);
  const missing = (what: Promise<unknown>, message: RegExp) => assert.rejects(what, { code: 'S3_NOT_FOUND', message });
  await missing(
    storage.downloadPrefix(at('no/'), dir),
    /^there is no object whose key starts with s3:\/\/bucket\/no\/$/,
  );
  await missing(
    storage.downloadObject(at('no'), join(dir, 'x')),
    /^cannot look at s3:\/\/bucket\/no: HeadObject: NoSuchKey: .* \(HTTP 404\)$/,
  );
  const none = { bucket: 'none', key: 'k' };
  await missing(
    storage.downloadObject(none, join(dir, 'x')),
    /^cannot look at s3:\/\/none\/k: HeadObject: NoSuchBucket: /,
  );
  await missing(storage.downloadPrefix(none, dir), /^cannot list s3:\/\/none\/k: ListObjectsV2: NoSuchBucket: /);
  await missing(storage.checkBucket('none'), /^cannot list s3:\/\/none\/: ListObjectsV2: NoSuchBucket: /);
  await missing(storage.objectBytes(none), /NoSuchBucket/);
  writeFileSync(join(dir, 'f'), 'x');
  await missing(
    storage.uploadFile(join(dir, 'f'), none),
    /^cannot upload to s3:\/\/none\/k: PutObject: NoSuchBucket: /,
  );
  assert.equal(await storage.objectBytes(at('no')), undefined);
  await storage.checkBucket('bucket');
  assert.deepEqual(readdirSync(dir), ['f']);
});

test('a folder, or nothing, cannot be uploaded', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  mkdirSync(join(dir, 'd'));
  await assert.rejects(storage.uploadFile(join(dir, 'd'), at('k')), {
    code: 'S3_FAILED',
    message: `cannot read ${dir}/d to upload it: it is a folder`,
  });
  await assert.rejects(storage.uploadFile(join(dir, 'no'), at('k')), { code: 'S3_FAILED', message: /ENOENT/ });
  assert.deepEqual(await s3.keys(), []);
});

test('a file that changes while it is uploaded is an error, and no object appears', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  const file = join(dir, 'f');
  writeFileSync(file, randomBytes(24 * MIB));
  let isFirst = true;
  const onBytes = () => {
    if (isFirst) writeFileSync(file, 'x', { flag: 'a' });
    isFirst = false;
  };
  await assert.rejects(storage.uploadFile(file, at('k'), { onBytes }), {
    code: 'S3_FAILED',
    message: `${file} changed while it was being uploaded`,
  });
  assert.deepEqual([await s3.keys(), await s3.unfinished()], [[], []]);
});

test('a folder that cannot be written to is named', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  await s3.put('k', 'x');
  await assert.rejects(storage.downloadObject(at('k'), join(dir, 'no/file')), {
    code: 'DISK_WRITE_FAILED',
    message: new RegExp(`^cannot write s3://bucket/k to ${dir}/no/file: ENOENT`),
  });
});

test('an abort gives its own reason, and leaves neither a file nor parts', async (t) => {
  const { s3, storage, dir, at } = await setUp(t);
  const content = randomBytes(40 * MIB);
  writeFileSync(join(dir, 'in'), content);
  await storage.uploadFile(join(dir, 'in'), at('k'));
  for (const act of [
    (options: object) => storage.downloadObject(at('k'), join(dir, 'out'), options),
    (options: object) => storage.downloadPrefix(at('k'), dir, options),
    (options: object) => storage.uploadFile(join(dir, 'in'), at('k2'), options),
  ]) {
    const stop = new AbortController();
    const reason = new Error('enough');
    const done = act({ signal: stop.signal, onBytes: () => stop.abort(reason) });
    await assert.rejects(done, (error) => error === reason);
    await assert.rejects(act({ signal: stop.signal }), (error) => error === reason);
  }
  assert.deepEqual(readdirSync(dir), ['in']);
  assert.deepEqual([await s3.keys(), await s3.unfinished()], [['k'], []]);
});
