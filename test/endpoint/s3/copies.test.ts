import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'from-bucket';
const To = 'to-bucket';
const CopySource = `${Bucket}/from%20here%2B%C3%BC`;

async function copyEndpoint(t: TestContext) {
  const s3 = (await s3Endpoint(t)).client();
  for (const name of [Bucket, To]) await s3.send(new CreateBucketCommand({ Bucket: name }));
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'from here+ü',
      Body: 'copy me',
      ContentType: 'a/b',
      Metadata: { k: 'v' },
      Tagging: 'a=1',
      StorageClass: 'STANDARD_IA',
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  const copy = (input: Partial<CopyObjectCommandInput> = {}) =>
    s3.send(new CopyObjectCommand({ Bucket: To, Key: 'to', CopySource, ...input }));
  return { s3, put, copy };
}

test('a copy takes content, metadata, tags and checksum from its source, but no storage class', async (t) => {
  const { s3, put, copy } = await copyEndpoint(t);
  const { CopyObjectResult } = await copy();
  assert.deepEqual([CopyObjectResult?.ETag, CopyObjectResult?.ChecksumSHA256], [put.ETag, put.ChecksumSHA256]);
  const got = await s3.send(new GetObjectCommand({ Bucket: To, Key: 'to' }));
  assert.equal(await got.Body?.transformToString(), 'copy me');
  assert.deepEqual([got.ContentType, got.Metadata, got.TagCount, got.StorageClass], ['a/b', { k: 'v' }, 1, undefined]);
});

test('directives replace metadata and tags', async (t) => {
  const { s3, copy } = await copyEndpoint(t);
  await copy({ MetadataDirective: 'REPLACE', Metadata: { new: '1' }, TaggingDirective: 'REPLACE', Tagging: 'b=2' });
  const got = await s3.send(new HeadObjectCommand({ Bucket: To, Key: 'to' }));
  assert.deepEqual([got.ContentType, got.Metadata], ['binary/octet-stream', { new: '1' }]);
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: To, Key: 'to' }));
  assert.deepEqual(TagSet, [{ Key: 'b', Value: '2' }]);
  for (const directive of [{ MetadataDirective: 'MOVE' }, { TaggingDirective: 'MOVE' }]) {
    await assert.rejects(copy(directive as Partial<CopyObjectCommandInput>), { name: 'InvalidArgument' });
  }
});

test('an object is copied to itself only to change something', async (t) => {
  const { s3, copy } = await copyEndpoint(t);
  const self = { Bucket, Key: 'from here+ü' };
  await assert.rejects(copy(self), { name: 'InvalidRequest' });
  await copy({ ...self, StorageClass: 'STANDARD' });
  await copy({ ...self, MetadataDirective: 'REPLACE', Metadata: { new: '1' } });
  const got = await s3.send(new GetObjectCommand(self));
  assert.deepEqual([await got.Body?.transformToString(), got.Metadata], ['copy me', { new: '1' }]);
});

test('conditions on the source and on the target are followed', async (t) => {
  const { put, copy } = await copyEndpoint(t);
  const future = new Date(Date.now() + 100_000);
  const past = new Date(Date.now() - 100_000);
  const failing: readonly Partial<CopyObjectCommandInput>[] = [
    { CopySourceIfMatch: '"other"' },
    { CopySourceIfNoneMatch: put.ETag },
    { CopySourceIfUnmodifiedSince: past },
    { CopySourceIfNoneMatch: put.ETag, CopySourceIfModifiedSince: past },
  ];
  for (const input of failing) await assert.rejects(copy(input), { name: 'PreconditionFailed' }, JSON.stringify(input));
  await assert.rejects(copy({ IfMatch: put.ETag }), { name: 'NoSuchKey' });
  await copy({ CopySourceIfMatch: put.ETag, CopySourceIfUnmodifiedSince: past, IfNoneMatch: '*' });
  await copy({
    CopySourceIfNoneMatch: '"other"',
    CopySourceIfModifiedSince: past,
    CopySourceIfUnmodifiedSince: future,
  });
  await assert.rejects(copy({ IfNoneMatch: '*' }), { name: 'PreconditionFailed' });
});

test('a source is named with or without a leading slash, and its version is null', async (t) => {
  const { copy } = await copyEndpoint(t);
  await copy({ CopySource: `/${CopySource}?versionId=null` });
  await assert.rejects(copy({ CopySource: `${CopySource}?versionId=1` }), { name: 'InvalidArgument' });
  await assert.rejects(copy({ CopySource: Bucket }), { name: 'InvalidArgument' });
  await assert.rejects(copy({ CopySource: `${Bucket}/none` }), { name: 'NoSuchKey' });
  await assert.rejects(copy({ CopySource: 'no-such-bucket/k' }), { name: 'NoSuchBucket' });
  await assert.rejects(copy({ ExpectedSourceBucketOwner: '999999999999' }), { name: 'AccessDenied' });
});

test('the copy of an object of parts has the ETag and checksum of its whole content', async (t) => {
  const { s3, copy } = await copyEndpoint(t);
  const Key = 'parts';
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA1' }));
  const bodies = [randomBytes(5 * 1024 * 1024), Buffer.from('tail')];
  const Parts = [];
  for (const [index, Body] of bodies.entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: 'SHA1' } as const;
    const { ETag, ChecksumSHA1 } = await s3.send(new UploadPartCommand(part));
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA1 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  const { CopyObjectResult } = await copy({ CopySource: `${Bucket}/${Key}` });
  const sum = (algorithm: string) => createHash(algorithm).update(Buffer.concat(bodies));
  assert.deepEqual(
    [CopyObjectResult?.ETag, CopyObjectResult?.ChecksumSHA1, CopyObjectResult?.ChecksumType],
    [`"${sum('md5').digest('hex')}"`, sum('sha1').digest('base64'), 'FULL_OBJECT'],
  );
});
