import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'a-bucket';

test('an object is what was put, with its metadata, until it is deleted', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Body = randomBytes(300_000);
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a/b',
      Body,
      ContentType: 'x/y',
      Metadata: { colour: 'blue' },
      CacheControl: 'no-store',
    }),
  );
  assert.equal(put.ETag, `"${createHash('md5').update(Body).digest('hex')}"`);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b' }));
  assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), Body);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b' }));
  for (const { ContentType, ContentLength, Metadata, CacheControl, ETag } of [got, head]) {
    assert.deepEqual(
      { ContentType, ContentLength, Metadata, CacheControl, ETag },
      {
        ContentType: 'x/y',
        ContentLength: 300_000,
        Metadata: { colour: 'blue' },
        CacheControl: 'no-store',
        ETag: put.ETag,
      },
    );
  }
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/b' }));
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'a/b' })), { name: 'NoSuchKey' });
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b' })), { name: 'NotFound' });
});

test('a stream with a trailing checksum is kept without its framing', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const data = randomBytes(3_000_000);
  const Body = Readable.from([data.subarray(0, 1_000_000), data.subarray(1_000_000)]);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: data.length }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), data);
  assert.ok(got.ChecksumCRC32, 'the checksum of the trailer is kept');
  assert.equal(got.ContentEncoding, undefined);
});

test('buckets and objects are listed', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['a b+ü/1', 'a b+ü/2', 'z']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
  assert.deepEqual(
    [listed.Contents?.map(({ Key }) => Key), listed.CommonPrefixes?.map(({ Prefix }) => Prefix), listed.KeyCount],
    [['z'], ['a b+ü/'], 2],
  );
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  assert.deepEqual(
    Buckets?.map(({ Name }) => Name),
    [Bucket],
  );
});
