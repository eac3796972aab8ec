import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CreateBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { openUploader, type UploaderSettings } from '../../../src/estimator/upload/open-uploader.ts';
import { temporaryFolder } from '../../support/job.ts';
import { motoServer } from '../../support/moto-server.ts';
import { s3Variables } from '../../support/s3.ts';
import { BUCKET, kindOf, type UploadEndpoint, uploadEndpoint } from '../../support/upload-endpoint.ts';

const LOG = { info: () => undefined, warn: () => undefined, debug: () => undefined };
const ACCOUNT = '123456789012';
const DEFAULT_BUCKET = `sagemaker-us-east-1-${ACCOUNT}`;

function makeTree(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir);
  writeFileSync(join(dir, 'a'), 'first');
  return dir;
}

const train = (path: string) => ({ kind: 'tree', path, name: 'train' }) as const;

function uploaderOf(t: TestContext, s3: UploadEndpoint, settings: Partial<UploaderSettings>) {
  const target = { bucket: DEFAULT_BUCKET, prefix: 'jobs' };
  const uploader = openUploader({ target, variables: s3.variables, log: LOG, ...settings });
  t.after(() => uploader.close());
  return uploader;
}

test('the default bucket is created when something is uploaded, and not by a plan', async (t) => {
  const s3 = await uploadEndpoint(t);
  const uploader = uploaderOf(t, s3, { accountId: async () => ACCOUNT });
  const location = train(makeTree(t));
  const planned = await uploader.plan(location);
  assert.equal(planned.sent.files, 1);
  assert.ok(!('PUT' in s3.requests()));
  assert.deepEqual(await uploader.upload(location), planned);
  assert.equal((await uploader.upload(location)).present.files, 1);
});

test('another bucket that is missing is an error that says how to create it', async (t) => {
  const s3 = await uploadEndpoint(t);
  for (const accountId of [undefined, async () => '999999999999']) {
    await assert.rejects(uploaderOf(t, s3, { accountId }).upload(train(makeTree(t))), {
      code: 'S3_NOT_FOUND',
      message: `s3://${DEFAULT_BUCKET}: the bucket does not exist`,
      fix: `Create it ("aws s3 mb s3://${DEFAULT_BUCKET} --region us-east-1"), or name another one.`,
    });
  }
});

test('a bucket that is in another region than the job is an error that names both', async (t) => {
  const s3 = await uploadEndpoint(t);
  const LocationConstraint = 'eu-west-1';
  await s3.client.send(
    new CreateBucketCommand({ Bucket: 'far-away', CreateBucketConfiguration: { LocationConstraint } }),
  );
  const uploader = uploaderOf(t, s3, { target: { bucket: 'far-away', prefix: '' } });
  await assert.rejects(uploader.upload(train(makeTree(t))), {
    code: 'S3_REFUSED',
    message: 's3://far-away: the bucket is in eu-west-1, and the job in us-east-1',
  });
});

test('a bucket of others, and a refused write, are errors that name the permission', async (t) => {
  let refused = 'HEAD';
  const s3 = await uploadEndpoint(t, (request) =>
    kindOf(request) === refused ? { status: 403, code: 'AccessDenied' } : undefined,
  );
  await assert.rejects(s3.uploader().upload(train(makeTree(t))), {
    code: 'S3_REFUSED',
    message: `s3://${BUCKET}: the bucket cannot be used: S3 refuses to list it`,
    fix: 'Allow your credentials s3:ListBucket, s3:GetObject and s3:PutObject on it, or name a bucket of your own account.',
  });
  refused = 'PutObject';
  await assert.rejects(s3.uploader().upload(train(makeTree(t))), {
    code: 'S3_REFUSED',
    fix: /^Allow your credentials s3:PutObject on s3:\/\/uploads\/jobs\/train\/.*; for an object encrypted by KMS also the key\.$/,
  });
});

test('objects are encrypted by the KMS key, and those of another key are others', async (t) => {
  const s3 = await uploadEndpoint(t);
  const location = train(makeTree(t));
  const kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/1';
  const { uri } = await s3.uploader({ kmsKeyId }).upload(location);
  const Key = `${uri.slice(`s3://${BUCKET}/`.length)}a`;
  const { ServerSideEncryption, SSEKMSKeyId } = await s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
  assert.deepEqual([ServerSideEncryption, SSEKMSKeyId], ['aws:kms', kmsKeyId]);
  assert.notEqual((await s3.uploader().plan(location)).uri, uri);
  assert.equal((await s3.uploader({ kmsKeyId }).plan(location)).present.files, 1);
});

test('a moto server has the same uploads', async (t) => {
  const url = await motoServer(t);
  if (url === undefined) return;
  const variables = { ...s3Variables(url), OPTML_HOME: temporaryFolder(t) };
  const target = { bucket: DEFAULT_BUCKET, prefix: 'jobs' };
  const uploader = openUploader({ target, variables, log: LOG, accountId: async () => ACCOUNT });
  t.after(() => uploader.close());
  const dir = makeTree(t);
  writeFileSync(join(dir, 'large'), Buffer.alloc(20 << 20, 'x'));
  const first = await uploader.upload(train(dir));
  assert.equal(first.sent.files, 2);
  assert.equal((await uploader.upload(train(dir))).present.files, 2);
  writeFileSync(join(dir, 'a'), 'second');
  const changed = await uploader.upload(train(dir));
  assert.deepEqual([changed.copied.files, changed.sent.files], [1, 1]);
});
