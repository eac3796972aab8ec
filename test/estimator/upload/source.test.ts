import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { temporaryFolder } from '../../support/job.ts';
import { BUCKET, type UploadEndpoint, uploadEndpoint } from '../../support/upload-endpoint.ts';

function makeSource(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'code');
  mkdirSync(join(dir, '.git'), { recursive: true });
  writeFileSync(join(dir, '.git/HEAD'), '');
  writeFileSync(join(dir, 'train.py'), 'print()\n');
  writeFileSync(join(dir, 'run.sh'), '#!/bin/sh\n', { mode: 0o700 });
  writeFileSync(join(dir, 'data.csv'), '1\n');
  writeFileSync(join(dir, '.optmlignore'), '*.csv\n');
  return dir;
}

const code = (path: string, entryPoint?: string) => ({ kind: 'source', path, name: 'code', entryPoint }) as const;

/** Names, types and permissions of an archive's entries. */
async function entriesOf(s3: UploadEndpoint, uri: string): Promise<readonly string[]> {
  const { Body } = await s3.client.send(
    new GetObjectCommand({ Bucket: BUCKET, Key: uri.slice(`s3://${BUCKET}/`.length) }),
  );
  const archive = await Body?.transformToByteArray();
  const text = execFileSync('tar', ['tzvf', '-', '--numeric-owner'], { input: archive, encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+\d+ \d{4}-.*:\d\d /, ' '));
}

test('a source folder becomes one archive, by the rules of optml run', async (t) => {
  const s3 = await uploadEndpoint(t);
  const { uri, sent } = await s3.uploader().upload(code(makeSource(t), 'train.py'));
  assert.match(uri, /^s3:\/\/uploads\/jobs\/code\/[0-9a-f]{40}\/sourcedir\.tar\.gz$/);
  assert.equal(sent.files, 1);
  assert.deepEqual(await entriesOf(s3, uri), [
    '-rw-r--r-- 0/0 .optmlignore',
    '-rwxr-xr-x 0/0 run.sh',
    '-rw-r--r-- 0/0 train.py',
  ]);
});

test('links that lead out of a source are followed with a warning that names them, and rules leave them out', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeSource(t);
  const secret = join(temporaryFolder(t), 'secret');
  writeFileSync(secret, 'content');
  symlinkSync(secret, join(dir, 'out\u0007'));
  symlinkSync('train.py', join(dir, 'inside.py'));
  const uploader = s3.uploader();
  await uploader.plan(code(dir));
  await uploader.upload(code(dir));
  assert.deepEqual(s3.warnings, [
    `links lead out of the source, and what they lead to is uploaded: out\\x07 -> ${secret}. List in .optmlignore what must stay here.`,
  ]);
  writeFileSync(join(dir, '.optmlignore'), 'out*\n');
  await uploader.upload(code(dir));
  assert.equal(s3.warnings.length, 1);
});

test('times and permissions of a source make no difference, but for the one to execute it', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = s3.uploader();
  const dir = makeSource(t);
  const { uri } = await uploader.upload(code(dir));
  const copy = join(temporaryFolder(t), 'other');
  cpSync(dir, copy, { recursive: true });
  utimesSync(join(copy, 'train.py'), 1, 1);
  chmodSync(join(copy, 'train.py'), 0o600);
  const again = await uploader.upload(code(copy));
  assert.equal(again.uri, uri);
  assert.deepEqual(again.sent, { files: 0, bytes: 0 });
  chmodSync(join(copy, 'train.py'), 0o700);
  assert.notEqual((await uploader.plan(code(copy))).uri, uri);
});

test('an archive that is given as source is sent as it is', async (t) => {
  const s3 = await uploadEndpoint(t);
  const archive = join(temporaryFolder(t), 'my-code.tgz');
  execFileSync('tar', ['czf', archive, '-C', makeSource(t), '.']);
  const { uri } = await s3.uploader().upload(code(archive, 'train.py'));
  assert.match(uri, /\/my-code\.tgz$/);
  assert.ok((await entriesOf(s3, uri)).includes('-rw-r--r-- 0/0 ./data.csv'));
  await assert.rejects(s3.uploader().upload(code(archive, 'other.py')), { code: 'PROGRAM_NOT_FOUND' });
});

test('a single file becomes an archive with that file', async (t) => {
  const s3 = await uploadEndpoint(t);
  const { uri } = await s3.uploader().upload(code(join(makeSource(t), 'train.py'), 'train.py'));
  assert.match(uri, /\/sourcedir\.tar\.gz$/);
  assert.deepEqual(await entriesOf(s3, uri), ['-rw-r--r-- 0/0 train.py']);
});

test('an entry point that is not in the source is an error, and nothing is sent', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = s3.uploader();
  const dir = makeSource(t);
  await assert.rejects(uploader.upload(code(dir, 'main.py')), { code: 'PROGRAM_NOT_FOUND' });
  await assert.rejects(uploader.upload(code(dir, 'data.csv')), { code: 'PROGRAM_NOT_FOUND' });
  await assert.rejects(uploader.upload(code(join(dir, 'none'))), { code: 'SOURCE_NOT_FOUND' });
  assert.deepEqual(await s3.keys(), []);
});

test('a link inside of a source stays a link', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = makeSource(t);
  symlinkSync('train.py', join(dir, 'main.py'));
  const { uri } = await s3.uploader().upload(code(dir, 'main.py'));
  assert.ok((await entriesOf(s3, uri)).includes('lrwxrwxrwx 0/0 main.py -> train.py'));
});
