import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../../support/memory-buckets.ts';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'list-bucket';
const KEYS = ['P/upper', 'a//b', 'p', 'p/000', 'p/001', 'p/sub/x', 'p/sub/y', 'p/ü', 'p/\u{1f600}', 'p/\uff5e', 'q'];

async function listEndpoint(t: TestContext, keys: readonly string[] = KEYS) {
  const endpoint = await s3Endpoint(t, { isAnyCredentials: true });
  const s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const key of keys) {
    const path = `/${Bucket}/${encodeURIComponent(key)}`;
    assert.equal((await endpoint.raw('PUT', path, { headers: { 'content-length': '1' }, body: 'x' })).status, 200);
  }
  const list = async (query: string) => {
    const answer = await endpoint.raw('GET', `/${Bucket}?${query}`);
    const values = (name: string) =>
      [...answer.text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value);
    return { ...answer, values, value: (name: string) => values(name)[0] };
  };
  return { endpoint, s3, list };
}

const SORTED = KEYS.toSorted(compareKeys);

test('version 2 lists all keys in the order of their bytes, in pages of any size', async (t) => {
  const { s3 } = await listEndpoint(t);
  for (const pageSize of [1, 3, 1000]) {
    const keys: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize }, { Bucket })) {
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      assert.equal(page.KeyCount, page.Contents?.length);
    }
    assert.deepEqual(keys, SORTED);
  }
});

test('common prefixes count as keys, and come once over all pages', async (t) => {
  const { s3 } = await listEndpoint(t);
  const found: string[] = [];
  const query = { Bucket, Prefix: 'p/', Delimiter: '/' };
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, query)) {
    const entries = [
      ...(page.Contents ?? []).map(({ Key }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    ];
    assert.equal(page.KeyCount, entries.length);
    found.push(...entries.map(String));
  }
  assert.deepEqual(found.toSorted(compareKeys), ['p/000', 'p/001', 'p/sub/', 'p/ü', 'p/\uff5e', 'p/\u{1f600}']);
});

test('version 1 names the next marker only with a delimiter', async (t) => {
  const { s3 } = await listEndpoint(t);
  const plain = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
  assert.deepEqual([plain.IsTruncated, plain.NextMarker, plain.Marker], [true, undefined, '']);
  const marked = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/' }));
  assert.deepEqual([marked.NextMarker, marked.CommonPrefixes?.length], ['a/', 2]);
  const next = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/' }));
  assert.deepEqual([next.Contents?.map(({ Key }) => Key), next.CommonPrefixes], [['p', 'q'], [{ Prefix: 'p/' }]]);
  assert.ok(next.Contents?.[0]?.Owner?.ID);
});

test('a delimiter can have several characters', async (t) => {
  const { s3 } = await listEndpoint(t);
  const { CommonPrefixes } = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '//' }));
  assert.deepEqual(CommonPrefixes, [{ Prefix: 'a//' }]);
});

test('a list goes on after a key, whether it exists or not', async (t) => {
  const { s3 } = await listEndpoint(t);
  for (const StartAfter of ['p/sub/x', 'p/sub/xx']) {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      SORTED.slice(SORTED.indexOf('p/sub/y')),
    );
  }
});

test('the number of keys is limited to 1,000, and may be 0', async (t) => {
  const { list } = await listEndpoint(t);
  assert.deepEqual((await list('list-type=2&max-keys=5000')).value('MaxKeys'), '1000');
  const none = await list('list-type=2&max-keys=0');
  assert.deepEqual([none.value('KeyCount'), none.value('IsTruncated')], ['0', 'false']);
  for (const text of ['-1', 'ten', '99999999999']) {
    assert.match((await list(`list-type=2&max-keys=${text}`)).text, /<Code>InvalidArgument<\/Code>/);
  }
});

test('a continuation token of another origin is refused', async (t) => {
  const { list } = await listEndpoint(t);
  const token = (await list('list-type=2&max-keys=1')).value('NextContinuationToken') ?? '';
  assert.ok(token);
  assert.deepEqual((await list(`list-type=2&continuation-token=${token}`)).values('Key').length, SORTED.length - 1);
  for (const wrong of ['', 'p%2F000', token.slice(1), `${token}a`]) {
    assert.match((await list(`list-type=2&continuation-token=${wrong}`)).text, /<Code>InvalidArgument<\/Code>/);
  }
});

test('encoding-type=url encodes all keys as S3 does', async (t) => {
  const { list } = await listEndpoint(t, ["a b/(3)+*~!'.png", 'ctrl/\u0001']);
  const listed = await list('list-type=2&encoding-type=url&prefix=&delimiter=%2F&start-after=%20');
  assert.deepEqual(listed.values('Prefix'), ['', 'a+b/', 'ctrl/']);
  assert.deepEqual([listed.value('EncodingType'), listed.value('StartAfter')], ['url', '+']);
  const all = await list('list-type=2&encoding-type=url');
  assert.deepEqual(all.values('Key'), ['a+b/%283%29%2B*%7E%21%27.png', 'ctrl/%01']);
  assert.match((await list('encoding-type=base64')).text, /<Code>InvalidArgument<\/Code>/);
});

test('without it, characters that XML 1.0 does not have become references', async (t) => {
  const { list } = await listEndpoint(t, ['ctrl/\u0001', 'line\r\n']);
  assert.deepEqual((await list('list-type=2')).values('Key'), ['ctrl/&#x1;', 'line&#x0D;&#x0A;']);
});

test('owners are listed on request', async (t) => {
  const { list } = await listEndpoint(t, ['k']);
  assert.equal((await list('list-type=2')).value('ID'), undefined);
  assert.match((await list('list-type=2&fetch-owner=true')).value('ID') ?? '', /^[0-9a-f]{64}$/);
});

test('each object is its only version', async (t) => {
  const { s3 } = await listEndpoint(t);
  const first = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3 }));
  assert.deepEqual([first.NextKeyMarker, first.NextVersionIdMarker], [SORTED[2], 'null']);
  const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = first;
  const rest = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
  const versions = [...(first.Versions ?? []), ...(rest.Versions ?? [])];
  assert.deepEqual(
    versions.map(({ Key }) => Key),
    SORTED,
  );
  assert.ok(versions.every(({ VersionId, IsLatest }) => VersionId === 'null' && IsLatest));
});

test('unfinished uploads are listed in pages, by key and start', async (t) => {
  const { s3 } = await listEndpoint(t, []);
  const begun: string[] = [];
  for (const Key of ['b', 'a/1', 'a/1', 'a/2', 'c']) {
    begun.push(`${Key} ${(await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId}`);
  }
  const listed: string[] = [];
  for (let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}; marker !== undefined; ) {
    const page: ListMultipartUploadsCommandOutput = await s3.send(
      new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...marker }),
    );
    listed.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
    const { NextKeyMarker = '', NextUploadIdMarker = '' } = page;
    marker = page.IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
  }
  assert.deepEqual(listed, [begun[1], begun[2], begun[3], begun[0], begun[4]]);
  const common = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/', MaxUploads: 1 }));
  assert.deepEqual(
    [common.CommonPrefixes, common.Uploads, common.NextKeyMarker],
    [[{ Prefix: 'a/' }], undefined, 'a/'],
  );
  const after = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/', KeyMarker: 'a/' }));
  assert.deepEqual([after.CommonPrefixes, after.Uploads?.map(({ Key }) => Key)], [undefined, ['b', 'c']]);
});
