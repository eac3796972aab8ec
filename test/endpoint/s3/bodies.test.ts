// How bodies arrive, and what is compared before an object becomes visible.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { makeDigest } from '../../../src/checksum/digest.ts';
import { s3Endpoint, signedHeaders } from '../../support/s3-endpoint.ts';

const Bucket = 'body-bucket';

async function rawEndpoint(t: TestContext) {
  const endpoint = await s3Endpoint(t, { isAnyCredentials: true });
  const s3 = endpoint.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = async (headers: Readonly<Record<string, string>>, body: string | Uint8Array) => {
    const length = headers['transfer-encoding'] === undefined ? { 'content-length': String(body.length) } : {};
    const answer = await endpoint.raw('PUT', `/${Bucket}/k`, { headers: { ...length, ...headers }, body });
    return { ...answer, code: /<Code>(.*)<\/Code>/.exec(answer.text)?.[1] };
  };
  const stored = async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    return await Body?.transformToString();
  };
  return { endpoint, s3, put, stored };
}

function sumOf(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('base64');
}

test('a chunked transfer without a length is stored', async (t) => {
  const { put, stored } = await rawEndpoint(t);
  assert.equal((await put({ 'transfer-encoding': 'chunked' }, 'some content')).status, 200);
  assert.equal(await stored(), 'some content');
});

const CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const TRAILER = `x-amz-checksum-sha256:${sumOf('sha256', '0123456789')}`;
const BODY = `4\r\n0123\r\n6\r\n456789\r\n0\r\n${TRAILER}\r\n\r\n`;
const CHUNKED = {
  'x-amz-content-sha256': CHUNKS,
  'content-encoding': 'gzip,aws-chunked',
  'x-amz-decoded-content-length': '10',
  'x-amz-trailer': 'x-amz-checksum-sha256',
};

for (const framing of [{}, { 'transfer-encoding': 'chunked' }]) {
  test(`aws-chunked is taken off, with its trailer, inside ${JSON.stringify(framing)}`, async (t) => {
    const { put, stored, s3 } = await rawEndpoint(t);
    assert.equal((await put({ ...CHUNKED, ...framing }, BODY)).status, 200);
    assert.equal(await stored(), '0123456789');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    assert.deepEqual([head.ContentEncoding, head.ChecksumSHA256], ['gzip', sumOf('sha256', '0123456789')]);
  });
}

const crc32 = Buffer.from(makeDigest('CRC32').digest() as Uint8Array).toString('base64');

const REFUSED: readonly (readonly [
  title: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  code: string,
])[] = [
  ['another MD5', { 'content-md5': sumOf('md5', 'other') }, 'content', 'BadDigest'],
  ['an MD5 that is none', { 'content-md5': 'short' }, 'content', 'InvalidDigest'],
  ['another SHA-256', { 'x-amz-content-sha256': '0'.repeat(64) }, 'content', 'XAmzContentSHA256Mismatch'],
  ['another CRC-32', { 'x-amz-checksum-crc32': crc32 }, 'content', 'BadDigest'],
  ['a checksum that is none', { 'x-amz-checksum-crc32': 'AAAA' }, 'content', 'InvalidRequest'],
  [
    'two checksums',
    { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-sha1': sumOf('sha1', 'content') },
    'content',
    'InvalidRequest',
  ],
  ['an algorithm without a checksum', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'content', 'InvalidRequest'],
  ['an unknown checksum', { 'x-amz-checksum-md4': 'AAAA' }, 'content', 'NotImplemented'],
  ['another decoded length', { ...CHUNKED, 'x-amz-decoded-content-length': '9' }, BODY, 'IncompleteBody'],
  ['no decoded length', { 'x-amz-content-sha256': CHUNKS }, BODY, 'MissingContentLength'],
  ['a wrong trailer', CHUNKED, BODY.replace(TRAILER, `x-amz-checksum-sha256:${sumOf('sha256', '')}`), 'BadDigest'],
  ['no trailer', CHUNKED, BODY.replace(`${TRAILER}\r\n`, ''), 'MalformedTrailerError'],
  ['a chunk without an end', CHUNKED, '4\r\n0123', 'IncompleteBody'],
  ['a chunk without a size', CHUNKED, 'size\r\n0123', 'InvalidChunkSizeError'],
  ['a chunk that is longer', CHUNKED, BODY.replace('0123', '01234'), 'InvalidChunkSizeError'],
  ['bytes behind the trailer', CHUNKED, `${BODY}more`, 'IncompleteBody'],
];

for (const [title, headers, body, code] of REFUSED) {
  test(`a body with ${title} is refused: the object stays as it was`, async (t) => {
    const { put, stored } = await rawEndpoint(t);
    assert.equal((await put({}, 'before')).status, 200);
    assert.equal((await put(headers, body)).code, code);
    assert.equal(await stored(), 'before');
  });
}

test('a client that goes in the middle of a body leaves the object as it was', async (t) => {
  const { endpoint, put, stored } = await rawEndpoint(t);
  await put({}, 'before');
  const discarded = watchDiscards(t, endpoint);
  const socket = connect(endpoint.port, '127.0.0.1');
  const lines = Object.entries({ host: '127.0.0.1', ...signedHeaders(), 'content-length': '1000000' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`PUT /${Bucket}/k HTTP/1.1\r\n${head}\r\nbeginning`);
  await discarded.written;
  socket.destroy();
  await discarded.discarded;
  assert.equal(await stored(), 'before');
});

/** Resolves when the next writer receives bytes, and when it is discarded. */
function watchDiscards(
  t: TestContext,
  { buckets }: { readonly buckets: import('../../../src/buckets/buckets.ts').Buckets },
) {
  const bucket = buckets.find(Bucket);
  assert.ok(bucket);
  const events = { written: () => {}, discarded: () => {} };
  const written = new Promise<void>((resolve) => {
    events.written = resolve;
  });
  const discarded = new Promise<void>((resolve) => {
    events.discarded = resolve;
  });
  const begin = bucket.write.bind(bucket);
  t.mock.method(bucket, 'write', async () => {
    const writer = await begin();
    return {
      ...writer,
      write: async (piece: Uint8Array) => {
        await writer.write(piece);
        events.written();
      },
      discard: async () => {
        await writer.discard();
        events.discarded();
      },
    };
  });
  return { written, discarded };
}

for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
  test(`a checksum ${ChecksumAlgorithm} of a client is verified, kept and returned`, async (t) => {
    const s3 = (await s3Endpoint(t)).client();
    await s3.send(new CreateBucketCommand({ Bucket }));
    const digest = makeDigest(ChecksumAlgorithm);
    digest.update(Buffer.from('content'));
    const value = Buffer.from(await digest.digest()).toString('base64');
    const header = { [`Checksum${ChecksumAlgorithm}`]: value };
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content', ...header }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    for (const answer of [put, head]) {
      const { [`Checksum${ChecksumAlgorithm}` as const]: sum, ChecksumType } = answer;
      assert.deepEqual([sum, ChecksumType], [value, 'FULL_OBJECT']);
    }
  });
}

test('an object without a checksum of its client gets a CRC64NVME', async (t) => {
  const { put, s3 } = await rawEndpoint(t);
  await put({}, '123456789');
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  // The check value of CRC-64/NVME: ae8b14860a799888.
  assert.equal(head.ChecksumCRC64NVME, Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ChecksumCRC64NVME, undefined);
});

test('a put without a length is refused', async (t) => {
  const { endpoint } = await rawEndpoint(t);
  const socket = connect(endpoint.port, '127.0.0.1');
  const head = Object.entries({ host: '127.0.0.1', ...signedHeaders() }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`PUT /${Bucket}/k HTTP/1.1\r\n${head.join('')}\r\n`);
  const [chunk] = (await new Promise((resolve) => socket.once('data', (data) => resolve([data])))) as [Buffer];
  socket.destroy();
  assert.match(chunk.toString(), /^HTTP\/1\.1 411 /);
});

test('a connection answers the next request after a body that was refused in its middle', async (t) => {
  const { endpoint } = await rawEndpoint(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const send = (method: string, headers: Readonly<Record<string, string>>, body = '') =>
    new Promise<readonly [status: number | undefined, isReused: boolean]>((resolve, reject) => {
      const options = { agent, host: '127.0.0.1', port: endpoint.port, method, path: `/${Bucket}/k` };
      const request = httpRequest({ ...options, headers: { ...signedHeaders(), ...headers } });
      request.once('error', reject);
      request.once('response', (response) => {
        response.resume().once('end', () => resolve([response.statusCode, request.reusedSocket]));
      });
      request.end(body);
    });
  const body = `${BODY}more`;
  const refused = await send('PUT', { ...CHUNKED, 'content-length': String(body.length) }, body);
  assert.deepEqual(refused, [400, false]);
  assert.deepEqual(await send('GET', {}), [404, true]);
});
