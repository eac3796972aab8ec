import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/job.ts';
import { BUCKET, type UploadEndpoint, uploadEndpoint } from '../../support/upload-endpoint.ts';

function makeData(t: TestContext): string {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'images/cats'), { recursive: true });
  writeFileSync(join(dir, 'images/cats/1.png'), 'first');
  writeFileSync(join(dir, 'images/2.png'), 'second');
  return dir;
}

const at = (s3: UploadEndpoint, uri: string) => s3.get(uri.slice(`s3://${BUCKET}/`.length));

const manifestAt = (path: string) => ({ kind: 'manifest', path, name: 'train' }) as const;
const linesAt = (path: string, attributeNames?: string[]) =>
  ({ kind: 'augmented-manifest', path, name: 'train', attributeNames }) as const;

test('the files that a manifest names are sent, and it names their prefix in S3', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeData(t);
  const file = join(dir, 'train.manifest');
  writeFileSync(file, JSON.stringify([{ prefix: `${dir}/images/` }, 'cats/1.png', '2.png', 'cats/1.png']));
  const uploader = s3.uploader();
  const { uri, sent } = await uploader.upload(manifestAt(file));
  assert.match(uri, /\/train\.manifest$/);
  assert.equal(sent.files, 3);
  const [first, ...names] = JSON.parse(await at(s3, uri));
  assert.deepEqual(names, ['cats/1.png', '2.png', 'cats/1.png']);
  assert.equal(await at(s3, `${first.prefix}cats/1.png`), 'first');
  const again = await uploader.upload(manifestAt(file));
  assert.equal(again.uri, uri);
  assert.deepEqual([again.present.files, again.sent.files], [3, 0]);
});

test('the prefix of a manifest may be relative to it, and the beginning of names', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeData(t);
  const file = join(dir, 'train.manifest');
  writeFileSync(file, JSON.stringify([{ prefix: 'images/cats/1.' }, 'png']));
  const [{ prefix }, name] = JSON.parse(await at(s3, (await s3.uploader().upload(manifestAt(file))).uri));
  assert.equal(await at(s3, `${prefix}${name}`), 'first');
});

test('a manifest of objects in S3 is sent as it is', async (t) => {
  const s3 = await uploadEndpoint(t);
  const file = join(temporaryFolder(t), 'train.manifest');
  const text = '[ {"prefix": "s3://elsewhere/a/"}, "b" ]';
  writeFileSync(file, text);
  const { uri, sent } = await s3.uploader().upload(manifestAt(file));
  assert.equal(sent.files, 1);
  assert.equal(await at(s3, uri), text);
});

test('a manifest that names missing files, or is none, is an error that names them', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeData(t);
  const file = join(dir, 'train.manifest');
  writeFileSync(file, JSON.stringify([{ prefix: 'images/' }, '2.png', 'none']));
  await assert.rejects(s3.uploader().upload(manifestAt(file)), {
    code: 'CHANNEL_INVALID',
    message: `channel "train": ${file} names a file that does not exist: ${dir}/images/none`,
  });
  writeFileSync(file, JSON.stringify([{ prefix: 'images/' }, '../secret']));
  writeFileSync(join(dir, 'secret'), '');
  await assert.rejects(s3.uploader().upload(manifestAt(file)), { code: 'CHANNEL_INVALID', message: /"\.\."$/ });
  writeFileSync(file, '{}');
  await assert.rejects(s3.uploader().upload(manifestAt(file)), { message: /is not a list$/ });
});

test('lines of an augmented manifest refer to what was sent; other lines stay as they are', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeData(t);
  const file = join(dir, 'train.jsonl');
  const inS3 = '{ "image-ref":"s3://elsewhere/a", "label": 1.0 }';
  writeFileSync(
    file,
    `{"image-ref": "images/cats/1.png", "label": 12345678901234567890, "mask-ref": "none"}\n\n${inS3}\n{"image-ref": "${dir}/images/2.png"}`,
  );
  const { uri, sent } = await s3.uploader().upload(linesAt(file, ['image-ref', 'label']));
  assert.equal(sent.files, 3);
  const lines = (await at(s3, uri)).split('\n');
  const { 'image-ref': first, 'mask-ref': mask } = JSON.parse(lines[0] ?? '');
  assert.equal(mask, 'none');
  assert.match(lines[0] ?? '', /"label":12345678901234567890,/);
  assert.equal(await at(s3, first), 'first');
  assert.equal(lines[1], inS3);
  assert.equal(await at(s3, JSON.parse(lines[2] ?? '')['image-ref']), 'second');
  await assert.rejects(s3.uploader().upload(linesAt(file)), {
    message: `channel "train": ${file} names a file that does not exist: ${dir}/none`,
  });
});

test('a line that is not JSON is named by its number', async (t) => {
  const s3 = await uploadEndpoint(t);
  const file = join(temporaryFolder(t), 'train.jsonl');
  writeFileSync(file, '{"a": 1}\n{"a"');
  await assert.rejects(s3.uploader().upload(linesAt(file)), {
    code: 'CHANNEL_INVALID',
    message: /entry 2 of .* is not JSON/,
  });
});
