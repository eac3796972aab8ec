import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ListMultipartUploadsCommand, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SeenRequest } from '../../support/fake-s3-faults.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { BUCKET, kindOf, type UploadEndpoint, uploadEndpoint } from '../../support/upload-endpoint.ts';

const MIB = 1024 * 1024;
const PARTS = 6;

/** A folder with one file of several parts, which all differ. */
function largeFile(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir);
  const parts = Array.from({ length: PARTS }, (_, number) => Buffer.alloc(8 * MIB, String(number)));
  writeFileSync(join(dir, 'large'), Buffer.concat(parts));
  return dir;
}

function smallFiles(t: TestContext, count: number): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir);
  for (let number = 0; number < count; number++) writeFileSync(join(dir, `${number}`), `file ${number}`);
  return dir;
}

const train = (path: string) => ({ kind: 'tree', path, name: 'train' }) as const;

const partOf = ({ url }: SeenRequest) => Number(new URL(url, 'http://host').searchParams.get('partNumber'));

/** Numbers of the parts of the only unfinished upload. */
async function storedParts(client: S3Client): Promise<readonly number[]> {
  const { Uploads: [upload] = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  if (upload === undefined) return [];
  const { Parts = [] } = await client.send(
    new ListPartsCommand({ Bucket: BUCKET, Key: upload.Key, UploadId: upload.UploadId }),
  );
  return Parts.map(({ PartNumber = 0 }) => PartNumber);
}

/** An upload of a folder in a process of its own. */
function uploadElsewhere(t: TestContext, dir: string, s3: UploadEndpoint) {
  const program = `
    const { openUploader } = await import(${JSON.stringify(join(ROOT, 'src/estimator/upload/open-uploader.ts'))});
    const log = { info() {}, warn() {}, debug() {} };
    const target = { bucket: ${JSON.stringify(BUCKET)}, prefix: 'jobs' };
    await openUploader({ target, variables: process.env, log }).upload(${JSON.stringify(train(dir))});`;
  const file = join(temporaryFolder(t), 'upload.mjs');
  writeFileSync(file, program);
  const child = spawn(process.execPath, ['--conditions=optml-source', '--import', 'tsx', file], {
    cwd: ROOT,
    env: { ...process.env, ...s3.variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('after kill -9 of the process, only the parts that S3 does not have are sent', async (t) => {
  let isKilled = false;
  let kill = () => {};
  const s3 = await uploadEndpoint(t, async (request) => {
    if (isKilled || kindOf(request) !== 'UploadPart' || partOf(request) <= 2) return undefined;
    while ((await storedParts(s3.client)).length < 2);
    kill();
    return { silent: true };
  });
  const dir = largeFile(t);
  const child = uploadElsewhere(t, dir, s3);
  const ended = once(child, 'exit');
  kill = () => void child.kill('SIGKILL');
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  isKilled = true;
  assert.deepEqual(await storedParts(s3.client), [1, 2]);
  s3.requests();
  const { sent, uri } = await s3.uploader().upload(train(dir));
  assert.deepEqual(sent, { files: 1, bytes: (PARTS - 2) * 8 * MIB });
  const { UploadPart, CreateMultipartUpload } = s3.requests();
  assert.deepEqual([UploadPart, CreateMultipartUpload], [PARTS - 2, undefined]);
  const content = await s3.get(`${uri.slice(`s3://${BUCKET}/`.length)}large`);
  assert.deepEqual([content.length, content.at(8 * MIB), content.at(-1)], [PARTS * 8 * MIB, '1', '5']);
});

test('a part with other content, which somebody has put into the unfinished upload, is sent again', async (t) => {
  let isBroken = true;
  const s3 = await uploadEndpoint(t, (request) =>
    isBroken && kindOf(request) === 'CompleteMultipartUpload' ? { status: 403, code: 'AccessDenied' } : undefined,
  );
  const dir = largeFile(t);
  await assert.rejects(s3.uploader().upload(train(dir)), { code: 'S3_REFUSED' });
  const { Uploads: [upload] = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  const { UploadPartCommand } = await import('@aws-sdk/client-s3');
  await s3.client.send(
    new UploadPartCommand({
      Bucket: BUCKET,
      Key: upload?.Key,
      UploadId: upload?.UploadId,
      PartNumber: 3,
      Body: Buffer.alloc(8 * MIB, 'evil'),
    }),
  );
  isBroken = false;
  s3.requests();
  const { sent, uri } = await s3.uploader().upload(train(dir));
  assert.equal(sent.bytes, 8 * MIB);
  assert.equal(s3.requests()['UploadPart'], 1);
  assert.equal((await s3.get(`${uri.slice(`s3://${BUCKET}/`.length)}large`)).at(2 * 8 * MIB), '2');
});

test('after connections that dropped, only the files that S3 does not have are sent', async (t) => {
  let isBroken = true;
  let stored = 0;
  const s3 = await uploadEndpoint(t, (request) => {
    if (!isBroken || kindOf(request) !== 'PutObject') return undefined;
    return ++stored <= 20 ? undefined : { dropped: true };
  });
  const dir = smallFiles(t, 50);
  await assert.rejects(s3.uploader().upload(train(dir)), { code: 'S3_FAILED' });
  isBroken = false;
  const there = (await s3.keys()).filter((key) => !key.includes('/.complete/')).length;
  assert.ok(there >= 20 && there < 50, `${there} files`);
  s3.requests();
  const { present, sent } = await s3.uploader().upload(train(dir));
  // Requests that the upload gave up may still have arrived.
  assert.ok(present.files >= there);
  assert.equal(present.files + sent.files, 50);
});

test('two processes may upload the same tree at the same time', async (t) => {
  const s3 = await uploadEndpoint(t);
  const dir = largeFile(t);
  for (let number = 0; number < 40; number++) writeFileSync(join(dir, `${number}`), `file ${number}`);
  const uploads = await Promise.all([1, 2, 3].map(() => s3.uploader().upload(train(dir))));
  assert.equal(new Set(uploads.map(({ uri }) => uri)).size, 1);
  const after = await s3.uploader().upload(train(dir));
  assert.deepEqual([after.present.files, after.sent.files], [41, 0]);
  assert.deepEqual(await storedParts(s3.client), []);
});
