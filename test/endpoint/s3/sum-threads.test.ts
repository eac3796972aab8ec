// Sums on threads of their own. `npm run build` first.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { contentSums } from '../../../src/endpoint/s3/sums/content-sums.ts';
import { SumThreads } from '../../../src/endpoint/s3/sums/sum-threads.ts';

const ALGORITHMS = ['MD5', 'SHA256', 'CRC32', 'CRC64NVME'] as const;

test('threads sum large contents as the calling thread does, many at the same time', async () => {
  const threads = new SumThreads();
  const content = randomBytes(3_000_000);
  const expected = contentSums(ALGORITHMS);
  await expected.update(content);
  const wanted = [...(await expected.result())].map(([name, sum]) => [name, Buffer.from(sum).toString('hex')]);
  // More than the threads take: the last ones are summed here.
  const sumOf = async (step: number) => {
    const sums = threads.begin(ALGORITHMS, content.length);
    for (let at = 0; at < content.length; at += step) await sums.update(content.subarray(at, at + step));
    return [...(await sums.result())].map(([name, sum]) => [name, Buffer.from(sum).toString('hex')]);
  };
  const steps = Array.from({ length: 20 }, (_, index) => 10_007 + index * 97_001);
  for (const sums of await Promise.all(steps.map(sumOf))) assert.deepEqual(sums, wanted);
});

test('contents that are given up make room for others', async () => {
  const threads = new SumThreads();
  const piece = Buffer.alloc(2_000_000);
  for (let count = 0; count < 40; count++) {
    const sums = threads.begin(['MD5'], piece.length);
    await sums.update(piece.subarray(0, 100_000));
    sums.close();
  }
  const sums = threads.begin(['MD5'], piece.length);
  await sums.update(piece);
  const md5 = (await sums.result()).get('MD5') ?? [];
  assert.equal(Buffer.from(md5).toString('hex'), createHash('md5').update(piece).digest('hex'));
});
