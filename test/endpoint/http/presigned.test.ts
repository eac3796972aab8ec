// Presigned URLs and forms that boto3 1.44.8 has made with the keys of the tests, and what happens when they are changed.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { knownKeys } from '../../../src/endpoint/credentials/known-keys.ts';
import { makeVerifier } from '../../../src/endpoint/signature/verifier.ts';
import { OWN_KEYS, serviceOf, testEndpoint } from '../../support/endpoint.ts';

const HOST = '127.0.0.1:4566';

const V4 =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=OPTMLAAAAAAAAAAAAAAA%2F20261130%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261130T194516Z&X-Amz-Expires=600';
const V4_TIME = Date.parse('2026-11-30T19:45:16Z');
const VERSION_4 = {
  key: `/bucket/a%20b/%C3%BC%2B%252F?${V4}&X-Amz-SignedHeaders=host&X-Amz-Signature=4b13164dd2b484062e621442b62576bcb154a485d3074ddfa2c80bb07aeee527`,
  override: `/bucket/k?response-content-type=text%2Fx%20y&${V4}&X-Amz-SignedHeaders=host&X-Amz-Signature=2c4b3b895f3e4aa6d0a1eb89008125dd22053b331b435698487fef740fa22be7`,
  put: `/bucket/k?${V4}&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-one&X-Amz-Signature=929a61646526d98af51a520e22614a847b1a38c7434893694a3d2004683f73d7`,
  part: `/bucket/k?uploadId=u%2B%2F%3D&partNumber=2&${V4}&X-Amz-SignedHeaders=host&X-Amz-Signature=2c50d2d9aba364199e57cbb5cffc15311b79da32a6f6306ed908f5a6aecc382d`,
};

const V2_EXPIRES = 1_780_000_600;
const V2 = `AWSAccessKeyId=OPTMLAAAAAAAAAAAAAAA&Expires=${V2_EXPIRES}`;
const VERSION_2 = {
  key: `/bucket/a%20b/%C3%BC%2B%252F?${V2}&Signature=UDt23GmSXWpxMBSOWTa7CyfyTPM%3D`,
  override: `/bucket/k?response-content-type=text%2Fx%20y&${V2}&Signature=0OXMExaeu0Bup2vCa6XwowdKRNI%3D`,
  put: `/bucket/k?content-type=text%2Fplain&x-amz-meta-one=two&${V2}&Signature=NFkzprFVH0ougyFnNMPQpRdzxd8%3D`,
  part: `/bucket/k?uploadId=u%2B%2F%3D&partNumber=2&${V2}&Signature=FgBV691hXzo5AyX96PN8I38cSVk%3D`,
};

const SIGNED_TYPE = { 'content-type': 'text/plain' };
const SIGNED_HEADERS = { 'content-type': 'text/plain', 'x-amz-meta-one': 'two' };

async function endpointAt(t: TestContext, ms: number) {
  const s3 = serviceOf(({ caller }) => ({ status: 200, body: JSON.stringify(caller) }));
  const { port } = await testEndpoint(t, { services: { s3 }, now: () => new Date(ms) });
  return async (method: string, path: string, headers: Readonly<Record<string, string>> = {}) => {
    const { status, body } = await send(port, { method, path, headers: { host: HOST, ...headers } });
    return status === 200
      ? JSON.parse(body)
      : `${status} ${/<Code>(\w+)/.exec(body)?.[1]} ${/<Message>(.*)<\/M/.exec(body)?.[1]}`;
  };
}

function send(port: number, options: { method: string; path: string; headers: Record<string, string> }) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', agent: false, ...options }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    sent.on('error', reject).end();
  });
}

const MISMATCH = /^403 SignatureDoesNotMatch /;

test('presigned URLs of version 4 are verified', async (t) => {
  const ask = await endpointAt(t, V4_TIME + 1000);
  const caller = {
    accessKeyId: OWN_KEYS.accessKeyId,
    accountId: '000000000000',
    region: 'eu-central-1',
    payload: { kind: 'unsigned' },
  };
  for (const path of [VERSION_4.key, VERSION_4.override]) assert.deepEqual(await ask('GET', path), caller);
  assert.deepEqual(await ask('PUT', VERSION_4.part), caller);
  assert.deepEqual(await ask('PUT', VERSION_4.put, SIGNED_HEADERS), caller);
  // As HTTP libraries write the same key.
  assert.deepEqual(await ask('GET', VERSION_4.key.replace('%C3%BC', '%c3%bc')), caller);
});

test('a changed presigned URL of version 4 is refused', async (t) => {
  const ask = await endpointAt(t, V4_TIME + 1000);
  assert.match(await ask('PUT', VERSION_4.key), MISMATCH);
  assert.match(await ask('GET', VERSION_4.key.replace('/a%20b', '/a%20c')), MISMATCH);
  assert.match(await ask('GET', VERSION_4.override.replace('x%20y', 'x%20z')), MISMATCH);
  assert.match(await ask('GET', VERSION_4.override.replace('Expires=600', 'Expires=601')), MISMATCH);
  assert.match(await ask('GET', `${VERSION_4.key}&versionId=1`), MISMATCH);
  assert.match(await ask('GET', VERSION_4.key, { host: 'localhost:4566' }), MISMATCH);
  assert.match(await ask('PUT', VERSION_4.put, { ...SIGNED_HEADERS, 'x-amz-meta-one': 'three' }), MISMATCH);
  assert.match(
    await ask('PUT', VERSION_4.part, { 'x-amz-copy-source': 'other/key' }),
    /^403 AccessDenied .*x-amz-copy-source/,
  );
});

test('presigned URLs of version 2 are verified, in the path style and behind the name of the bucket', async (t) => {
  const ask = await endpointAt(t, V2_EXPIRES * 1000);
  const caller = {
    accessKeyId: OWN_KEYS.accessKeyId,
    accountId: '000000000000',
    region: 'us-east-1',
    payload: { kind: 'unsigned' },
  };
  for (const path of [VERSION_2.key, VERSION_2.override]) assert.deepEqual(await ask('GET', path), caller);
  assert.deepEqual(await ask('PUT', VERSION_2.part), caller);
  assert.deepEqual(await ask('PUT', VERSION_2.put, SIGNED_HEADERS), caller);
  const behindName = `/a/k?${V2}&Signature=eYlKXoFs5o8leMTVEgQSrJtm5gA%3D`;
  assert.deepEqual(await ask('GET', behindName, { host: 'bucket.localhost:4566' }), caller);
  assert.match(await ask('GET', behindName, { host: 'other.localhost:4566' }), MISMATCH);
  assert.match(await ask('PUT', VERSION_2.key), MISMATCH);
  assert.match(await ask('GET', VERSION_2.override.replace('x%20y', 'x%20z')), MISMATCH);
  assert.match(await ask('PUT', VERSION_2.part.replace('partNumber=2', 'partNumber=3')), MISMATCH);
  assert.match(await ask('PUT', VERSION_2.put, { ...SIGNED_HEADERS, 'x-amz-copy-source': 'other/key' }), MISMATCH);
});

test('headers that somebody adds to a presigned URL of version 2 are refused in any case and any place', async (t) => {
  const ask = await endpointAt(t, V2_EXPIRES * 1000);
  assert.match(await ask('PUT', `${VERSION_2.part}&X-Amz-Copy-Source=other%2Fkey`), MISMATCH);
  assert.match(await ask('PUT', VERSION_2.put.replace('?', '?x-amz-meta-one=three&'), SIGNED_TYPE), MISMATCH);
  assert.match(await ask('PUT', `${VERSION_2.put}&X-AMZ-META-ONE=three`, SIGNED_TYPE), MISMATCH);
});

test('a request with a signature in its URL and another one in its header is refused', async (t) => {
  const ask = await endpointAt(t, V4_TIME + 1000);
  const authorization = 'AWS4-HMAC-SHA256 Credential=';
  assert.match(
    await ask('GET', VERSION_4.key, { authorization }),
    /^400 InvalidArgument Only one auth mechanism allowed/,
  );
});

test('a presigned URL is refused after its time, and version 4 before it', async (t) => {
  const late = await endpointAt(t, V4_TIME + 601_000);
  assert.equal(await late('GET', VERSION_4.key), '403 AccessDenied Request has expired');
  assert.match(await (await endpointAt(t, V4_TIME - 16 * 60_000))('GET', VERSION_4.key), /^403 RequestTimeTooSkewed/);
  const late2 = await endpointAt(t, (V2_EXPIRES + 1) * 1000);
  assert.equal(await late2('GET', VERSION_2.key), '403 AccessDenied Request has expired');
});

test('any credentials also end with the time of the URL', async (t) => {
  const s3 = serviceOf(() => ({ status: 200 }));
  const { port } = await testEndpoint(t, {
    services: { s3 },
    isAnyCredentials: true,
    now: () => new Date(V4_TIME + 601_000),
  });
  const headers = { host: HOST };
  assert.equal((await send(port, { method: 'GET', path: VERSION_4.key, headers })).status, 403);
  const lasting = VERSION_4.key.replace('Expires=600', 'Expires=3600');
  assert.equal((await send(port, { method: 'GET', path: lasting, headers })).status, 200);
});

const POLICY_V4 =
  'eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMzBUMTk6NTU6MTZaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMiwgMTBdLCB7ImJ1Y2tldCI6ICJidWNrZXQifSwgWyJzdGFydHMtd2l0aCIsICIka2V5IiwgImRpci8iXSwgeyJ4LWFtei1hbGdvcml0aG0iOiAiQVdTNC1ITUFDLVNIQTI1NiJ9LCB7IngtYW16LWNyZWRlbnRpYWwiOiAiT1BUTUxBQUFBQUFBQUFBQUFBQUEvMjAyNjExMzAvZXUtY2VudHJhbC0xL3MzL2F3czRfcmVxdWVzdCJ9LCB7IngtYW16LWRhdGUiOiAiMjAyNjExMzBUMTk0NTE2WiJ9XX0=';
const FORM_V4 = {
  acl: 'private',
  key: 'dir/file',
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'OPTMLAAAAAAAAAAAAAAA/20261130/eu-central-1/s3/aws4_request',
  'x-amz-date': '20261130T194516Z',
  policy: POLICY_V4,
  'x-amz-signature': '8d4c7ef1c206e8c8491acc4ca69521df9b599274959eb58d2a96dc249912847f',
};
const FORM_V2 = {
  acl: 'private',
  key: 'dir/file',
  awsaccesskeyid: 'OPTMLAAAAAAAAAAAAAAA',
  policy:
    'eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMzBUMTk6NTU6MzRaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMiwgMTBdLCB7ImJ1Y2tldCI6ICJidWNrZXQifSwgWyJzdGFydHMtd2l0aCIsICIka2V5IiwgImRpci8iXV19',
  signature: 'OwLC57qMu6GVKS0rRbRGV3E+GmE=',
};

function verifierAt(ms: number) {
  const now = () => new Date(ms);
  return makeVerifier({ keys: knownKeys(OWN_KEYS), accountId: '000000000000', region: 'us-east-1', now });
}

for (const [version, form] of Object.entries({ 4: FORM_V4, 2: FORM_V2 })) {
  test(`a form with a signature of version ${version} shows its sender and the size of the file`, async () => {
    const { identifyForm } = verifierAt(V4_TIME);
    const fields = (changes: object = {}) => new Map(Object.entries<string>({ ...form, ...changes }));
    const { caller, minBytes, maxBytes } = await identifyForm(fields(), 'bucket');
    assert.deepEqual([caller.accessKeyId, minBytes, maxBytes], [OWN_KEYS.accessKeyId, 2, 10]);
    const denied = (message: RegExp) => ({ name: 'ServiceError', code: 'AccessDenied', message });
    await assert.rejects(identifyForm(fields(), 'other'), denied(/Policy Condition failed: \["eq","\$bucket"/));
    await assert.rejects(identifyForm(fields({ key: 'other/file' }), 'bucket'), denied(/"\$key"/));
    await assert.rejects(identifyForm(fields({ acl: 'public-read' }), 'bucket'), denied(/"\$acl"/));
    await assert.rejects(identifyForm(fields({ tagging: '1' }), 'bucket'), denied(/Extra input fields: tagging/));
    const wrong = Buffer.from(JSON.stringify({ expiration: '2030-01-01T00:00:00Z', conditions: [] })).toString(
      'base64',
    );
    await assert.rejects(identifyForm(fields({ policy: wrong }), 'bucket'), { reason: 'wrong-signature' });
    await assert.rejects(verifierAt(V4_TIME + 1_000_000).identifyForm(fields(), 'bucket'), denied(/Policy expired/));
    await assert.rejects(identifyForm(new Map([['key', 'dir/file']]), 'bucket'), { reason: 'unsigned' });
  });
}

test('a malformed policy is an error of S3', async () => {
  const now = () => new Date(V4_TIME);
  const { identifyForm } = makeVerifier({ keys: undefined, accountId: '000000000000', region: 'us-east-1', now });
  const base64 = (document: unknown) => Buffer.from(JSON.stringify(document)).toString('base64');
  const expiration = '2030-01-01T00:00:00Z';
  const policies = ['!!', base64(null), base64({ expiration }), base64({ expiration: 'x', conditions: [] })];
  const conditions = [1, ['eq', 'key', 'x'], ['near', '$key', 'x'], ['content-length-range', 'a', 2], { key: 1 }];
  for (const condition of conditions) policies.push(base64({ expiration, conditions: [condition] }));
  for (const policy of policies) {
    const fields = new Map(Object.entries({ ...FORM_V4, policy }));
    await assert.rejects(identifyForm(fields, 'bucket'), { code: 'InvalidPolicyDocument' }, policy);
  }
});
