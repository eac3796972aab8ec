import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  type ChecksumType,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type Algorithm, makeDigest } from '../../../src/checksum/digest.ts';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'upload-bucket';
const Key = 'big/file';
const MB = 1024 * 1024;
const PARTS = [randomBytes(5 * MB), randomBytes(5 * MB + 1), Buffer.from('tail')] as const;

async function begin(t: TestContext, wanted: Partial<CreateMultipartUploadCommandInput> = {}) {
  const endpoint = await s3Endpoint(t, { isAnyCredentials: true });
  const s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...wanted }));
  const send = async (PartNumber: number, Body: Uint8Array): Promise<CompletedPart> => {
    const { ETag, ...sums } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: wanted.ChecksumAlgorithm }),
    );
    const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sums;
    return { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
  };
  const complete = (Parts: CompletedPart[], more = {}) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
  return { endpoint, s3, UploadId, send, complete };
}

async function sum(algorithm: Algorithm, ...pieces: readonly Uint8Array[]): Promise<Buffer> {
  const digest = makeDigest(algorithm);
  for (const piece of pieces) digest.update(piece);
  return Buffer.from(await digest.digest());
}

const KINDS: readonly (readonly [Exclude<Algorithm, 'MD5'>, ChecksumType])[] = [
  ['CRC32', 'COMPOSITE'],
  ['CRC32', 'FULL_OBJECT'],
  ['CRC32C', 'COMPOSITE'],
  ['CRC32C', 'FULL_OBJECT'],
  ['CRC64NVME', 'FULL_OBJECT'],
  ['SHA1', 'COMPOSITE'],
  ['SHA256', 'COMPOSITE'],
];

for (const [algorithm, type] of KINDS) {
  test(`parts in any order become one object, with a ${type} checksum ${algorithm}`, async (t) => {
    const wanted = { ChecksumAlgorithm: algorithm, ChecksumType: type, ContentType: 'x/y', Metadata: { m: '1' } };
    const { s3, send, complete } = await begin(t, wanted);
    const sent: CompletedPart[] = [];
    for (const number of [3, 1, 2]) sent[number - 1] = await send(number, PARTS[number - 1] ?? Buffer.alloc(0));
    const sums = await Promise.all(PARTS.map((part) => sum(algorithm, part)));
    const composite = `${(await sum(algorithm, ...sums)).toString('base64')}-3`;
    const value = type === 'COMPOSITE' ? composite : (await sum(algorithm, ...PARTS)).toString('base64');
    const done = await complete(sent, { ChecksumType: type, MpuObjectSize: 10 * MB + 5 });
    const md5s = PARTS.map((part) => createHash('md5').update(part).digest());
    assert.equal(done.ETag, `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), Buffer.concat(PARTS));
    assert.deepEqual([got.ContentType, got.Metadata], ['x/y', { m: '1' }]);
    for (const answer of [done, got]) {
      assert.deepEqual([answer[`Checksum${algorithm}`], answer.ChecksumType], [value, type]);
    }
    const part = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 2, ChecksumMode: 'ENABLED' }));
    assert.deepEqual(
      [part.ContentLength, part.PartsCount, part[`Checksum${algorithm}`]],
      [5 * MB + 1, 3, sums[1]?.toString('base64')],
    );
  });
}

test('an upload without a wanted checksum gets the CRC64NVME of its whole content', async (t) => {
  const { s3, endpoint, UploadId, complete } = await begin(t, {});
  const etags: CompletedPart[] = [];
  for (const [index, body] of PARTS.entries()) {
    const path = `/${Bucket}/${Key}?partNumber=${index + 1}&uploadId=${UploadId}`;
    const { headers } = await endpoint.raw('PUT', path, { headers: { 'content-length': String(body.length) }, body });
    etags.push({ PartNumber: index + 1, ETag: headers.etag });
  }
  await complete(etags);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  assert.equal(head.ChecksumCRC64NVME, (await sum('CRC64NVME', ...PARTS)).toString('base64'));
});

test('a part is replaced by a later one of its number', async (t) => {
  const { s3, send, complete } = await begin(t);
  const first = await send(1, Buffer.from('first'));
  const second = await send(1, Buffer.from('second'));
  await assert.rejects(complete([first]), { name: 'InvalidPart' });
  await complete([second]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.equal(await Body?.transformToString(), 'second');
});

test('parts that cannot become an object are refused, and the upload stays', async (t) => {
  const { s3, send, complete } = await begin(t, { ChecksumAlgorithm: 'SHA256' });
  const small = await send(1, Buffer.from('small'));
  const tail = await send(2, Buffer.from('tail'));
  const refused: readonly (readonly [CompletedPart[], object, string])[] = [
    [[small, tail], {}, 'EntityTooSmall'],
    [[tail, small], {}, 'InvalidPartOrder'],
    [[small, small], {}, 'InvalidPartOrder'],
    [[{ ...small, ETag: tail.ETag }], {}, 'InvalidPart'],
    [[{ ...small, ChecksumSHA256: tail.ChecksumSHA256 }], {}, 'InvalidPart'],
    [[{ ...small, PartNumber: 7 }], {}, 'InvalidPart'],
    [[], {}, 'MalformedXML'],
    [[small], { MpuObjectSize: 4 }, 'InvalidRequest'],
    [[small], { ChecksumType: 'FULL_OBJECT' }, 'InvalidRequest'],
    [[small], { ChecksumSHA256: small.ChecksumSHA256 }, 'BadDigest'],
    [[small], { ChecksumCRC32: 'AAAAAA==' }, 'InvalidRequest'],
    [[small], { IfMatch: '"etag"' }, 'NoSuchKey'],
  ];
  for (const [parts, more, name] of refused) await assert.rejects(complete(parts, more), { name }, name);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'there' }));
  await assert.rejects(complete([small], { IfNoneMatch: '*' }), { name: 'PreconditionFailed' });
  await complete([small]);
  await assert.rejects(complete([small]), { name: 'NoSuchUpload' });
});

test('the checksum of a part must be of the algorithm of the upload', async (t) => {
  const { s3, UploadId } = await begin(t, { ChecksumAlgorithm: 'SHA256' });
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'SHA1' } as const;
  await assert.rejects(
    s3.send(new UploadPartCommand(part)),
    /expected checksum Type: sha256, actual checksum Type: sha1/,
  );
});

test('an upload that does not exist, or has been aborted, takes no parts', async (t) => {
  const { s3, UploadId, send, complete } = await begin(t);
  const part = await send(1, Buffer.from('x'));
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  await assert.rejects(send(2, Buffer.from('x')), { name: 'NoSuchUpload' });
  await assert.rejects(complete([part]), { name: 'NoSuchUpload' });
  await assert.rejects(s3.send(new ListPartsCommand({ Bucket, Key, UploadId })), { name: 'NoSuchUpload' });
  await assert.rejects(s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })), { name: 'NoSuchUpload' });
});

test('parts are listed in pages', async (t) => {
  const { s3, UploadId, send } = await begin(t, { ChecksumAlgorithm: 'CRC32' });
  for (const number of [10, 2, 3]) await send(number, Buffer.from(`part ${number}`));
  const first = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
  assert.deepEqual([first.Parts?.map((part) => part.PartNumber), first.NextPartNumberMarker], [[2, 3], '3']);
  const PartNumberMarker = first.NextPartNumberMarker;
  const rest = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }));
  assert.deepEqual(
    [rest.Parts?.map((part) => part.Size), rest.IsTruncated, rest.ChecksumType],
    [[7], false, 'COMPOSITE'],
  );
});

test('numbers of parts are 1 to 10,000', async (t) => {
  const { s3, UploadId } = await begin(t);
  for (const PartNumber of [0, 10_001]) {
    const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'x' });
    await assert.rejects(s3.send(part), { name: 'InvalidArgument' });
  }
});

test('a part can be a range of an object', async (t) => {
  const { s3, UploadId, complete } = await begin(t, { ChecksumAlgorithm: 'CRC32' });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'source +', Body: '0123456789' }));
  const copy = { Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/source%20%2B` };
  const { CopyPartResult } = await s3.send(new UploadPartCopyCommand({ ...copy, CopySourceRange: 'bytes=2-4' }));
  assert.equal(CopyPartResult?.ETag, `"${createHash('md5').update('234').digest('hex')}"`);
  assert.equal(CopyPartResult?.ChecksumCRC32, (await sum('CRC32', Buffer.from('234'))).toString('base64'));
  for (const CopySourceRange of ['bytes=2-10', 'bytes=4-2', 'bytes=-2']) {
    await assert.rejects(s3.send(new UploadPartCopyCommand({ ...copy, CopySourceRange })), { name: 'InvalidArgument' });
  }
  const stale = new UploadPartCopyCommand({ ...copy, CopySourceIfMatch: '"other"' });
  await assert.rejects(s3.send(stale), { name: 'PreconditionFailed' });
  await complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.equal(await Body?.transformToString(), '234');
});

test('the attributes of an object name its parts', async (t) => {
  const { s3, send, complete } = await begin(t, { ChecksumAlgorithm: 'SHA256' });
  const parts = [await send(1, PARTS[0]), await send(2, PARTS[2])];
  await complete(parts);
  const ObjectAttributes = ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'] as const;
  const all = await s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: [...ObjectAttributes] }));
  assert.deepEqual(
    [all.ObjectSize, all.StorageClass, all.Checksum?.ChecksumType],
    [5 * MB + 4, 'STANDARD', 'COMPOSITE'],
  );
  assert.equal(all.ObjectParts?.TotalPartsCount, 2);
  assert.deepEqual(
    all.ObjectParts?.Parts?.map(({ PartNumber, Size, ChecksumSHA256 }) => ({ PartNumber, Size, ChecksumSHA256 })),
    parts.map(({ PartNumber, ChecksumSHA256 }, index) => ({ PartNumber, Size: [5 * MB, 4][index], ChecksumSHA256 })),
  );
  const some = await s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectSize'] }));
  assert.deepEqual([some.ETag, some.ObjectParts], [undefined, undefined]);
});
