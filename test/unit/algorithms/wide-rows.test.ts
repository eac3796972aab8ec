import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TrainingChannel } from '../../../src/algorithm/channel.ts';
import { sparseTensorRecords } from '../../../src/algorithm/data/recordio/index.ts';
import { channelPasses } from '../../../src/algorithms/numeric/channel-passes.ts';
import { checkMemory } from '../../../src/algorithms/numeric/check-memory.ts';
import { temporaryFolder } from '../../support/job.ts';

/** A channel of sparse records, each with one value in its last feature. */
function sparseChannel(dir: string, parts: readonly (readonly [columns: number, rows: number])[]): TrainingChannel {
  for (const [part, [columns, rows]] of parts.entries()) {
    const matrix = {
      rows,
      columns,
      values: new Float32Array(rows).fill(1),
      indices: Array.from({ length: rows }, () => columns - 1),
      starts: Array.from({ length: rows + 1 }, (_, row) => row),
    };
    writeFileSync(
      join(dir, `part-${part}`),
      Buffer.concat([
        ...sparseTensorRecords(
          matrix,
          Float32Array.from({ length: rows }, (_, row) => row),
        ),
      ]),
    );
  }
  return {
    name: 'train',
    dir,
    contentType: { type: 'application/x-recordio-protobuf', parameters: {} },
    inputMode: 'File',
    compression: 'None',
    recordWrapper: 'None',
    distribution: 'FullyReplicated',
    shuffleSeed: undefined,
  };
}

const rowsOf = (channel: TrainingChannel) => channelPasses(channel, { dim: undefined, labelSize: 1 })();

test('sparse rows become dense in blocks of at most 16 MiB', async (t) => {
  const labels: number[] = [];
  for await (const { rows, dim, features, labels: own } of rowsOf(
    sparseChannel(temporaryFolder(t), [[1_000_000, 9]]),
  )) {
    assert.equal(dim, 1_000_000);
    assert.ok(features.byteLength <= 16 << 20);
    for (let row = 0; row < rows; row++) assert.equal(features[(row + 1) * dim - 1], 1);
    labels.push(...own);
  }
  assert.deepEqual(labels, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('rows that are too wide for the memory are a ClientError', async (t) => {
  const rows = rowsOf(sparseChannel(temporaryFolder(t), [[2 ** 32 - 2, 2]]));
  await assert.rejects(rows[Symbol.asyncIterator]().next(), {
    name: 'ClientError',
    message: /rows of 4294967294 features need 32\.0 GiB of memory/,
  });
  assert.throws(() => checkMemory({ bytes: 2 ** 31, dim: 7, fix: 'Use fewer.' }, 2 ** 30), {
    message: /need 2\.0 GiB of memory, and the host has 1\.0 GiB/,
  });
  checkMemory({ bytes: 2 ** 30, dim: 7, fix: 'Use fewer.' }, 2 ** 30);
});
