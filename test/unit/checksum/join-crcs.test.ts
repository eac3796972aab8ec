import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeDigest } from '../../../src/checksum/digest.ts';
import { type CrcAlgorithm, joinCrcs } from '../../../src/checksum/join-crcs.ts';

async function sumOf(algorithm: CrcAlgorithm, bytes: Uint8Array): Promise<Buffer> {
  const digest = makeDigest(algorithm);
  digest.update(bytes);
  return Buffer.from(await digest.digest());
}

for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
  test(`the ${algorithm} of pieces joined is that of the whole`, async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, async (contents) => {
        const summed = await Promise.all(
          contents.map(async (content) => ({ sum: await sumOf(algorithm, content), bytes: content.length })),
        );
        const whole = await sumOf(algorithm, Buffer.concat(contents));
        assert.deepEqual(Buffer.from(joinCrcs(algorithm, summed)), whole);
      }),
      { numRuns: 100 },
    );
  });
}

test('the sums of 10,000 parts are joined in seconds', async () => {
  const sum = await sumOf('CRC64NVME', randomBytes(10));
  const parts = Array.from({ length: 10_000 }, () => ({ sum, bytes: 5 * 1024 * 1024 }));
  const start = performance.now();
  joinCrcs('CRC64NVME', parts);
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds < 5, `${seconds} s`);
});
