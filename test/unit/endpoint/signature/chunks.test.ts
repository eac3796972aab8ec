// The example of the Amazon S3 API reference, "Signature Calculations for the Authorization Header: Transferring Payload in
// Multiple Chunks".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownKeys } from '../../../../src/endpoint/credentials/known-keys.ts';
import { givenSignature } from '../../../../src/endpoint/signature/given-signature.ts';
import { sha256Hex } from '../../../../src/endpoint/signature/sha256.ts';
import { makeVerifier } from '../../../../src/endpoint/signature/verifier.ts';

const KEYS = knownKeys({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});

const HEADERS = {
  host: 's3.amazonaws.com',
  'x-amz-date': '20130524T000000Z',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': '66560',
  'content-length': '66824',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};

/** The signatures of the chunks of the example's request. */
async function chunksOfExample() {
  const now = () => new Date('2013-05-24T00:00:00Z');
  const verifier = makeVerifier({ keys: KEYS, accountId: '000000000000', region: 'us-east-1', now });
  const rawHeaders = Object.entries(HEADERS).flat();
  const path = '/examplebucket/chunkObject.txt';
  const head = { method: 'PUT', path, query: new URLSearchParams(), headers: HEADERS, rawHeaders };
  const given = givenSignature(head);
  assert.ok(given);
  verifier.check(given);
  const { payload } = await verifier.verify({ head, given, bodySha256: undefined, bucket: undefined });
  assert.ok(payload.kind === 'chunks' && payload.signatures !== undefined && !payload.hasTrailer);
  return payload.signatures;
}

const SIGNED: ReadonlyArray<readonly [size: number, signature: string]> = [
  [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
];

test('the signatures of chunks are verified, each with the one before', async () => {
  const chunks = await chunksOfExample();
  for (const [size, signature] of SIGNED) {
    assert.equal(await chunks.isNextChunk(signature, sha256Hex(Buffer.alloc(size, 'a'))), true, `${size}`);
  }
});

test('chunks with other content, in another order or with another signature are refused', async () => {
  const [[, first], [, second]] = SIGNED as [(typeof SIGNED)[0], (typeof SIGNED)[0]];
  assert.equal(await (await chunksOfExample()).isNextChunk(first, sha256Hex(Buffer.alloc(65_536, 'b'))), false);
  assert.equal(await (await chunksOfExample()).isNextChunk(second, sha256Hex(Buffer.alloc(1024, 'a'))), false);
  assert.equal(await (await chunksOfExample()).isNextChunk('', sha256Hex(Buffer.alloc(65_536, 'a'))), false);
});
