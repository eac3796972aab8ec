// GET and HEAD: ranges, parts, conditions, headers.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { s3Endpoint } from '../../support/s3-endpoint.ts';

const Bucket = 'read-bucket';

async function readEndpoint(t: TestContext, object: Partial<PutObjectCommandInput> = {}) {
  const endpoint = await s3Endpoint(t, { isAnyCredentials: true });
  const s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789', ...object }));
  const get = (headers: Readonly<Record<string, string>>, query = '', method = 'GET') =>
    endpoint.raw(method, `/${Bucket}/k${query}`, { headers });
  return { endpoint, s3, get };
}

const RANGES = [
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=-20', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
  ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
  // Several ranges, and what is no range, are ignored.
  ['bytes=0-1,4-5', 200, '0123456789', undefined],
  ['bytes=4-2', 200, '0123456789', undefined],
  ['lines=1-2', 200, '0123456789', undefined],
] as const;

test('a range is answered with its bytes', async (t) => {
  const { get } = await readEndpoint(t);
  for (const [range, status, text, contentRange] of RANGES) {
    const got = await get({ range });
    assert.deepEqual([got.status, got.text, got.headers['content-range']], [status, text, contentRange], range);
    const head = await get({ range }, '', 'HEAD');
    assert.deepEqual([head.status, head.headers['content-length']], [status, String(text.length)], range);
  }
});

test('a range that the object does not have is an error with the size', async (t) => {
  const { get } = await readEndpoint(t);
  for (const range of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) {
    const got = await get({ range });
    assert.deepEqual([got.status, got.headers['content-range']], [416, 'bytes */10'], range);
    assert.match(got.text, /<Code>InvalidRange<\/Code>.*<ActualObjectSize>10<\/ActualObjectSize>/);
  }
});

test('conditions are evaluated in the order of S3', async (t) => {
  const { get } = await readEndpoint(t);
  const { etag = '', 'last-modified': date = '' } = (await get({})).headers;
  const [before, after] = [-10_000, 10_000].map((ms) => new Date(Date.parse(date) + ms).toUTCString());
  const cases: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
    [{ 'if-match': etag }, 200],
    [{ 'if-match': etag.replaceAll('"', '') }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `"other", ${etag}` }, 200],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': date }, 304],
    [{ 'if-modified-since': String(before) }, 200],
    [{ 'if-unmodified-since': String(before) }, 412],
    [{ 'if-unmodified-since': date }, 200],
    [{ 'if-modified-since': 'no date' }, 200],
    // If-Match decides over If-Unmodified-Since, If-None-Match over If-Modified-Since.
    [{ 'if-match': etag, 'if-unmodified-since': String(before) }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': String(after) }, 200],
    [{ 'if-none-match': etag, 'if-modified-since': String(before) }, 304],
    // A precondition that fails decides over what the client has.
    [{ 'if-match': '"other"', 'if-none-match': etag }, 412],
  ];
  for (const [headers, status] of cases) {
    for (const method of ['GET', 'HEAD']) {
      const got = await get(headers, '', method);
      assert.equal(got.status, status, `${method} ${JSON.stringify(headers)}`);
      if (status === 304) assert.deepEqual([got.text, got.headers.etag], ['', etag]);
    }
  }
});

test('metadata comes back as headers, text beyond ASCII encoded as in RFC 2047', async (t) => {
  const { endpoint, get } = await readEndpoint(t);
  const headers = {
    'cache-control': 'no-store',
    'content-disposition': 'attachment',
    'content-language': 'de',
    'content-type': 'text/x; charset=utf-8',
    expires: 'Thu, 01 Dec 2033 16:00:00 GMT',
    'x-amz-meta-plain': 'a  b',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-website-redirect-location': '/other',
  };
  const encoded = { 'x-amz-meta-word': '=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=', 'x-amz-meta-bytes': 'Gr\u00fc\u00dfe' };
  const put = await endpoint.raw('PUT', `/${Bucket}/k`, {
    headers: { ...headers, ...encoded, 'content-length': '1' },
    // Before a text, Node would send the headers in UTF-8.
    body: Buffer.from('x'),
  });
  assert.equal(put.headers['x-amz-server-side-encryption'], 'aws:kms');
  const got = (await get({})).headers;
  for (const [name, value] of Object.entries(headers)) assert.equal(got[name], value, name);
  const word = `=?UTF-8?B?${Buffer.from('Grüße').toString('base64')}?=`;
  assert.deepEqual([got['x-amz-meta-word'], got['x-amz-meta-bytes']], [word, word]);
});

test('an object has a content type, and the headers that a signed URL asks for', async (t) => {
  const { get, endpoint } = await readEndpoint(t);
  await endpoint.raw('PUT', `/${Bucket}/k`, { headers: { 'content-length': '1' }, body: 'x' });
  assert.equal((await get({})).headers['content-type'], 'binary/octet-stream');
  const query = '?response-content-type=a%2Fb&response-content-disposition=attachment%3B%20filename%3D%C3%BC';
  const got = await get({}, query);
  assert.equal(got.headers['content-type'], 'a/b');
  const split = await get({}, '?response-content-type=a%0d%0aset-cookie:%20x');
  assert.deepEqual([split.status, split.headers['set-cookie']], [400, undefined]);
  assert.equal((await get({}, '?response-content-language=%E2%98%83')).status, 400);
});

test('metadata above 2 kB is refused', async (t) => {
  const { endpoint } = await readEndpoint(t);
  const headers = { 'x-amz-meta-a': 'x'.repeat(2047), 'content-length': '1' };
  assert.equal((await endpoint.raw('PUT', `/${Bucket}/k`, { headers, body: 'x' })).status, 200);
  const more = { ...headers, 'x-amz-meta-a': 'x'.repeat(2048) };
  assert.match((await endpoint.raw('PUT', `/${Bucket}/k`, { headers: more, body: 'x' })).text, /MetadataTooLarge/);
});

const UNSUPPORTED = [
  [{ 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 'NotImplemented'],
  [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'InvalidRequest'],
  [{ 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
  [{ 'x-amz-grant-read': 'id=a' }, 'AccessControlListNotSupported'],
  [{ 'x-amz-storage-class': 'COLD' }, 'InvalidStorageClass'],
  [{ 'x-amz-storage-class': 'GLACIER' }, 'NotImplemented'],
  [{ 'x-amz-server-side-encryption': 'rot13' }, 'InvalidArgument'],
  [{ 'x-amz-tagging': 'a=1&a=2' }, 'InvalidArgument'],
  [{ 'x-amz-tagging': `a=${'x'.repeat(257)}` }, 'InvalidTag'],
  [{ 'if-none-match': '"etag"' }, 'NotImplemented'],
] as const;

test('headers that the endpoint cannot follow are refused', async (t) => {
  const { endpoint, get } = await readEndpoint(t);
  for (const [headers, code] of UNSUPPORTED) {
    const answer = await endpoint.raw('PUT', `/${Bucket}/k`, {
      headers: { ...headers, 'content-length': '1' },
      body: 'x',
    });
    assert.equal(/<Code>(.*)<\/Code>/.exec(answer.text)?.[1], code, JSON.stringify(headers));
  }
  for (const acl of ['private', 'bucket-owner-full-control']) {
    const answer = await endpoint.raw('PUT', `/${Bucket}/k`, {
      headers: { 'x-amz-acl': acl, 'content-length': '1' },
      body: 'y',
    });
    assert.equal(answer.status, 200);
  }
  assert.equal((await get({})).text, 'y');
});

test('writes follow If-Match and If-None-Match', async (t) => {
  const { endpoint, get } = await readEndpoint(t);
  const etag = (await get({})).headers.etag ?? '';
  const put = (key: string, headers: Readonly<Record<string, string>>) =>
    endpoint.raw('PUT', `/${Bucket}/${key}`, { headers: { ...headers, 'content-length': '1' }, body: 'x' });
  assert.equal((await put('k', { 'if-none-match': '*' })).status, 412);
  assert.equal((await put('k', { 'if-match': '"other"' })).status, 412);
  assert.equal((await put('none', { 'if-match': etag })).status, 404);
  assert.equal((await get({})).text, '0123456789');
  assert.equal((await put('k', { 'if-match': etag })).status, 200);
  assert.equal((await put('new', { 'if-none-match': '*' })).status, 200);
  const remove = (headers: Readonly<Record<string, string>>) => get(headers, '', 'DELETE');
  assert.equal((await remove({ 'if-match': etag })).status, 412);
  assert.equal((await remove({ 'if-match': '*' })).status, 204);
});

test('a version other than null does not exist', async (t) => {
  const { get } = await readEndpoint(t);
  assert.equal((await get({}, '?versionId=null')).status, 200);
  assert.match((await get({}, '?versionId=other')).text, /<Code>InvalidArgument<\/Code>/);
});

test('keys are kept as they are, byte for byte', async (t) => {
  const { endpoint, s3 } = await readEndpoint(t);
  const [nfc, nfd] = ['NFC', 'NFD'].map((form) => encodeURIComponent('ü'.normalize(form)));
  const paths = [
    '/lead',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a/./b',
    'a%2Fb%252F',
    'a+b%2B',
    'a%20b',
    nfc,
    nfd,
    '%0A',
    '%F0%9F%98%80',
  ];
  const put = (path: string) => ({ headers: { 'content-length': String(path.length) }, body: path });
  for (const path of paths) assert.equal((await endpoint.raw('PUT', `/${Bucket}/${path}`, put(`${path}`))).status, 200);
  for (const path of paths) assert.equal((await endpoint.raw('GET', `/${Bucket}/${path}`)).text, path);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b%2F' }));
  assert.equal(await Body?.transformToString(), 'a%2Fb%252F');
});

test('keys have at most 1,024 bytes, and are UTF-8', async (t) => {
  const { endpoint } = await readEndpoint(t);
  const put = (key: string) => endpoint.raw('PUT', `/${Bucket}/${key}`, { headers: { 'content-length': '0' } });
  assert.equal((await put('%C3%BC'.repeat(512))).status, 200);
  const long = await put(`a${'%C3%BC'.repeat(512)}`);
  assert.match(long.text, /<Code>KeyTooLongError<\/Code>.*<Size>1025<\/Size><MaxSizeAllowed>1024<\/MaxSizeAllowed>/);
  assert.match((await put('%FF')).text, /<Code>InvalidURI<\/Code>/);
});
