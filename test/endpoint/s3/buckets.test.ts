import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { LOCAL_ACCOUNT } from '../../../src/contract/local-account.ts';
import { OPERATION_FORMS } from '../../../src/endpoint/s3/operation-names.ts';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'one-bucket';

const codeOf = ({ text }: { readonly text: string }) => /<Code>(.*)<\/Code>/.exec(text)?.[1];

test('names of buckets follow the rules of S3', async (t) => {
  const { raw } = await s3Endpoint(t, { isAnyCredentials: true });
  const put = (name: string) => raw('PUT', `/${name}`, { headers: { 'content-length': '0' } });
  for (const name of ['abc', 'a.b-c', '1'.repeat(63)]) assert.equal((await put(name)).status, 200, name);
  const wrong = [
    'ab',
    'a'.repeat(64),
    'Upper',
    'under_score',
    '-abc',
    'abc-',
    'a..b',
    '127.0.0.1',
    'xn--abc',
    'abc-s3alias',
  ];
  for (const name of wrong) assert.equal(codeOf(await put(name)), 'InvalidBucketName', name);
});

test('a bucket has the region in which it was created', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  const [east, west] = [client(), client({ region: 'eu-west-1' })];
  await east.send(new CreateBucketCommand({ Bucket }));
  await east.send(new CreateBucketCommand({ Bucket }));
  const configuration = (region: string) => ({
    CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
  });
  await west.send(new CreateBucketCommand({ Bucket: 'west-bucket', ...configuration('eu-west-1') }));
  const again = west.send(new CreateBucketCommand({ Bucket: 'west-bucket', ...configuration('eu-west-1') }));
  await assert.rejects(again, { name: 'BucketAlreadyOwnedByYou' });
  const location = async (name: string) =>
    (await east.send(new GetBucketLocationCommand({ Bucket: name }))).LocationConstraint;
  assert.deepEqual([await location(Bucket), await location('west-bucket')], [undefined, 'eu-west-1']);
  assert.equal((await west.send(new HeadBucketCommand({ Bucket: 'west-bucket' }))).BucketRegion, 'eu-west-1');
  for (const [sender, region, name] of [
    [west, 'eu-west-2', 'IllegalLocationConstraintException'],
    [east, 'moon', 'InvalidLocationConstraint'],
  ] as const) {
    await assert.rejects(sender.send(new CreateBucketCommand({ Bucket: 'other', ...configuration(region) })), { name });
  }
  const plain = await raw('PUT', '/other', { headers: { 'content-length': '0' }, region: 'eu-west-1' });
  assert.equal(codeOf(plain), 'IllegalLocationConstraintException');
  const body = '<CreateBucketConfiguration>';
  const malformed = await raw('PUT', '/other', { headers: { 'content-length': String(body.length) }, body });
  assert.equal(codeOf(malformed), 'MalformedXML');
});

test('creations of one bucket at the same time make one', async (t) => {
  const { client, buckets } = await s3Endpoint(t);
  const creation = t.mock.method(buckets, 'create');
  const s3 = client();
  await Promise.all(Array.from({ length: 8 }, () => s3.send(new CreateBucketCommand({ Bucket }))));
  assert.equal(creation.mock.callCount(), 1);
});

test('buckets are listed in pages', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  for (const name of ['b-2', 'a-1', 'b-1', 'b-3']) await s3.send(new CreateBucketCommand({ Bucket: name }));
  const first = await s3.send(new ListBucketsCommand({ Prefix: 'b-', MaxBuckets: 2 }));
  const rest = await s3.send(new ListBucketsCommand({ Prefix: 'b-', ContinuationToken: first.ContinuationToken }));
  const names = [first, rest].map(({ Buckets }) => Buckets?.map(({ Name }) => Name));
  assert.deepEqual(names, [['b-1', 'b-2'], ['b-3']]);
  assert.equal(rest.ContinuationToken, undefined);
  assert.deepEqual(first.Buckets?.[0]?.BucketRegion, 'us-east-1');
});

test('a bucket with objects is not deleted', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }));
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), { name: 'BucketNotEmpty' });
  const Delete = { Objects: [{ Key: 'k' }, { Key: 'never' }, { Key: 'k', VersionId: 'v' }, { Key: 'k', ETag: '"e"' }] };
  const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  assert.deepEqual(Deleted, [{ Key: 'k' }, { Key: 'never' }]);
  assert.deepEqual(
    Errors?.map(({ Code }) => Code),
    ['InvalidArgument', 'NoSuchKey'],
  );
  const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { ...Delete, Quiet: true } }));
  assert.deepEqual([quiet.Deleted, quiet.Errors?.length], [undefined, 2]);
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await assert.rejects(s3.send(new HeadBucketCommand({ Bucket })), { name: 'NotFound' });
});

test('documents that are no plain XML are refused', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  await client().send(new CreateBucketCommand({ Bucket }));
  const remove = (body: string, headers = {}) => {
    const md5 = createHash('md5').update(body).digest('base64');
    const length = String(Buffer.byteLength(body));
    return raw('POST', `/${Bucket}?delete`, {
      headers: { 'content-md5': md5, 'content-length': length, ...headers },
      body,
    });
  };
  const object = '<Object><Key>k</Key></Object>';
  assert.equal((await remove(`<?xml version="1.0"?>\n<Delete xmlns="x">${object}</Delete>`)).status, 200);
  const far = await remove('<Delete><Object><Key>&#128512;&#x41;&amp;</Key></Object></Delete>');
  assert.match(far.text, /<Key>\u{1f600}A&amp;<\/Key>/u);
  const wrong = [
    '',
    'text',
    '<Delete></Delete>',
    '<Other><Object><Key>k</Key></Object></Other>',
    `<Delete>${object}`,
    `<!DOCTYPE x [<!ENTITY a "b">]><Delete>${object}</Delete>`,
    '<Delete><Object><Key>&a;</Key></Object></Delete>',
    `<Delete><!-- </Delete> -->${object}</Delete>`,
    '<Delete><Object><Key><![CDATA[k]]></Key></Object></Delete>',
    '<a>'.repeat(100_000),
    '<a ">x"/>'.repeat(100_000),
    `<Delete>${object.repeat(1001)}</Delete>`,
    '<Delete><Object><Key></Key></Object></Delete>',
    '<Delete><Object><Key><b>k</b></Key></Object></Delete>',
  ];
  for (const body of wrong) assert.equal(codeOf(await remove(body)), 'MalformedXML', body.slice(0, 80));
  const large = await remove(`<Delete>${' '.repeat(2 * 1024 * 1024)}</Delete>`);
  assert.equal(codeOf(large), 'EntityTooLarge');
  assert.equal(codeOf(await remove(`<Delete>${object}</Delete>`, { 'content-md5': '' })), 'InvalidDigest');
});

test('tags of an object are set, read and deleted', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  const object = { Bucket, Key: 'k' };
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ ...object, Body: '', Tagging: 'a=1&b=two%20words' }));
  const tags = async () => (await s3.send(new GetObjectTaggingCommand(object))).TagSet;
  const set = (TagSet: { Key: string; Value: string }[]) =>
    s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet } }));
  assert.deepEqual(await tags(), [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: 'two words' },
  ]);
  await set([{ Key: 'ü', Value: '' }]);
  assert.deepEqual(await tags(), [{ Key: 'ü', Value: '' }]);
  const tag = (Key: string, Value = '') => ({ Key, Value });
  await assert.rejects(set([tag('a'), tag('a')]), { name: 'InvalidTag' });
  await assert.rejects(set([tag('aws:a')]), { name: 'InvalidTag' });
  await assert.rejects(set([tag('a?')]), { name: 'InvalidTag' });
  await assert.rejects(set(Array.from({ length: 11 }, (_, index) => tag(`t${index}`))), { name: 'BadRequest' });
  await s3.send(new DeleteObjectTaggingCommand(object));
  assert.deepEqual(await tags(), []);
  await assert.rejects(s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'none' })), { name: 'NoSuchKey' });
});

test('the owner of everything has full control', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }));
  for (const answer of [
    await s3.send(new GetBucketAclCommand({ Bucket })),
    await s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' })),
  ]) {
    assert.deepEqual(answer.Grants, [
      { Grantee: { Type: 'CanonicalUser', ID: answer.Owner?.ID }, Permission: 'FULL_CONTROL' },
    ]);
  }
});

const ABSENT = [
  ['cors', 'NoSuchCORSConfiguration'],
  ['encryption', 'ServerSideEncryptionConfigurationNotFoundError'],
  ['lifecycle', 'NoSuchLifecycleConfiguration'],
  ['object-lock', 'ObjectLockConfigurationNotFoundError'],
  ['policy', 'NoSuchBucketPolicy'],
  ['policyStatus', 'NoSuchBucketPolicy'],
  ['publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'],
  ['replication', 'ReplicationConfigurationNotFoundError'],
  ['tagging', 'NoSuchTagSet'],
  ['website', 'NoSuchWebsiteConfiguration'],
  ['metrics&id=a', 'NoSuchConfiguration'],
] as const;

const PRESENT = [
  'accelerate',
  'acl',
  'location',
  'logging',
  'notification',
  'ownershipControls',
  'requestPayment',
  'versioning',
  'analytics',
  'inventory',
  'metrics',
  'intelligent-tiering',
];

test('reading a setting that was never set gives the answer of S3', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  await client().send(new CreateBucketCommand({ Bucket }));
  for (const [query, code] of ABSENT) {
    const answer = await raw('GET', `/${Bucket}?${query}`);
    assert.deepEqual([answer.status, codeOf(answer)], [404, code], query);
  }
  for (const query of PRESENT) assert.equal((await raw('GET', `/${Bucket}?${query}`)).status, 200, query);
  for (const query of [...PRESENT, 'policy'])
    assert.equal(codeOf(await raw('GET', `/none?${query}`)), 'NoSuchBucket', query);
});

test('what the endpoint does not have is refused by its name', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  await client().send(new CreateBucketCommand({ Bucket }));
  const writes = OPERATION_FORMS.filter(({ name }) =>
    /^Put(?:Bucket(?!Acl)|ObjectLock|ObjectRetention|Public)|^RestoreObject|^SelectObject/.test(name),
  );
  assert.ok(writes.length > 15);
  for (const { name, method, level, marks } of writes) {
    const path = level === 'bucket' ? `/${Bucket}` : `/${Bucket}/k`;
    const answer = await raw(method, `${path}?${marks.join('&')}`, { headers: { 'content-length': '0' } });
    assert.deepEqual([answer.status, codeOf(answer)], [501, 'NotImplemented'], name);
    assert.ok(answer.text.includes(`<Message>The operation ${name} is not implemented`), name);
  }
  assert.equal(codeOf(await raw('POST', `/${Bucket}/k`, { headers: { 'content-length': '0' } })), 'MethodNotAllowed');
  assert.equal((await raw('DELETE', '/')).status, 405);
});

test('a client that expects another owner is refused', async (t) => {
  const s3 = (await s3Endpoint(t)).client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: LOCAL_ACCOUNT }));
  const put = new PutObjectCommand({ Bucket, Key: 'k', Body: '', ExpectedBucketOwner: '999999999999' });
  await assert.rejects(s3.send(put), { name: 'AccessDenied' });
});

test('errors name what they are about, and their request', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  await client().send(new CreateBucketCommand({ Bucket }));
  const missing = await raw('GET', `/${Bucket}/none%2Fat%20all`);
  const id = missing.headers['x-amz-request-id'];
  assert.match(
    missing.text,
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>none\/at all<\/Key>/,
  );
  assert.ok(missing.text.includes(`<RequestId>${id}</RequestId>`));
  assert.match(missing.text, /<HostId>[^<]+<\/HostId><\/Error>$/);
  assert.ok(missing.headers['x-amz-id-2']);
  const head = await raw('HEAD', `/${Bucket}/none`);
  assert.deepEqual([head.status, head.text], [404, '']);
});

test('a bucket is named by the path or by the host', async (t) => {
  const { client, raw } = await s3Endpoint(t, { isAnyCredentials: true });
  await client().send(new CreateBucketCommand({ Bucket }));
  await client().send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: 'content' }));
  for (const host of [`${Bucket}.localhost`, `${Bucket}.s3.localhost`, `${Bucket}.s3.eu-west-1.localhost:80`]) {
    assert.equal((await raw('GET', '/a/b', { headers: { host } })).text, 'content', host);
  }
  for (const host of ['localhost', 's3.localhost:4566', 's3.eu-west-1.localhost', '127.0.0.1:80', '[::1]:80']) {
    assert.equal((await raw('GET', `/${Bucket}/a/b`, { headers: { host } })).text, 'content', host);
  }
});
