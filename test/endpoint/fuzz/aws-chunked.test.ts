import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServiceError } from '../../../src/endpoint/http/service-error.ts';
import { decodeAwsChunked, type Trailer } from '../../../src/endpoint/s3/body/aws-chunked.ts';

async function decode(
  pieces: readonly Uint8Array[],
  hasTrailer: boolean,
): Promise<{ content: Buffer; trailer: Trailer; pieces: number }> {
  async function* source() {
    yield* pieces;
  }
  const chunks: Uint8Array[] = [];
  const content = decodeAwsChunked(source(), { hasTrailer, signatures: undefined });
  let next = await content.next();
  for (; next.done !== true; next = await content.next()) chunks.push(next.value);
  return { content: Buffer.concat(chunks), trailer: next.value, pieces: chunks.length };
}

/** Cuts bytes at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.subarray(at[index - 1] ?? 0, end));
}

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 5 });
const places = fc.array(fc.nat({ max: 1000 }), { maxLength: 20 });

test('a chunked body is decoded however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, places, fc.boolean(), async (contents, at, hasTrailer) => {
      const framed = contents.flatMap((content) => [
        Buffer.from(`${content.length.toString(16)}\r\n`),
        content,
        Buffer.from('\r\n'),
      ]);
      const end = hasTrailer ? '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n' : '0\r\n\r\n';
      const decoded = await decode(cut(Buffer.concat([...framed, Buffer.from(end)]), at), hasTrailer);
      assert.deepEqual(decoded.content, Buffer.concat(contents));
      assert.deepEqual([...decoded.trailer], hasTrailer ? [['x-amz-checksum-crc32', 'AAAAAA==']] : []);
    }),
  );
});

test('any other bytes are refused with an error of S3', async () => {
  const bytes = fc.string({ unit: fc.constantFrom('0', '1', 'a', '\r', '\n', ':', ';', 'x') });
  await fc.assert(
    fc.asyncProperty(bytes, places, fc.boolean(), async (text, at, hasTrailer) => {
      await decode(cut(Buffer.from(text), at), hasTrailer).catch((error: unknown) =>
        assert.ok(error instanceof ServiceError),
      );
    }),
    { numRuns: 1000 },
  );
});

test('chunks of one byte are passed on joined, and large ones as they arrive', async () => {
  const small = Buffer.from(`${'1\r\na\r\n'.repeat(40_000)}0\r\n\r\n`);
  const decoded = await decode(cut(small, [50_000, 100_000, 150_000]), false);
  assert.equal(decoded.content.toString(), 'a'.repeat(40_000));
  assert.ok(decoded.pieces <= 8, `${decoded.pieces} pieces`);
  const large = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'b'), Buffer.from('\r\n0\r\n\r\n')]);
  const whole = await decode([large], false);
  assert.deepEqual([whole.content.length, whole.pieces], [65_536, 1]);
});
