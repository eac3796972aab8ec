import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLines, progressText } from '../../../src/log/transfer-progress.ts';

test('progress is shown in bytes, rate and, where the total is known, the remaining time', () => {
  assert.equal(progressText(1_200_000_000, 4_000_000_000, 4), '1.2 GB of 4.0 GB, 300 MB/s, 10 s left');
  assert.equal(progressText(1_500, undefined, 2), '1.5 kB, 750 bytes/s');
  assert.equal(progressText(0, 10, 0), '0 bytes of 10 bytes, 0 bytes/s');
  assert.equal(progressText(20, 10, 2), '20 bytes of 10 bytes, 10 bytes/s, 0 s left');
});

test('in a log a line comes every half minute, and none for what is done sooner', () => {
  let now = 5_000;
  const lines: string[] = [];
  const show = progressLines(
    (line) => lines.push(line),
    'Packing /m',
    () => now,
  );
  for (const [seconds, done] of [
    [1, 10],
    [29, 20],
    [30, 3_000],
    [31, 4_000],
    [61, 6_100],
  ] as const) {
    now = 5_000 + seconds * 1000;
    show(done, 12_200);
  }
  assert.deepEqual(lines, [
    'Packing /m: 3.0 kB of 12.2 kB, 100 bytes/s, 92 s left',
    'Packing /m: 6.1 kB of 12.2 kB, 100 bytes/s, 61 s left',
  ]);
});
