import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Batch } from '../../../src/algorithm/data/batch.ts';
import { type ChannelReaderOptions, channelReader } from '../../../src/algorithm/data/channel-reader.ts';
import { DataError, type DataPosition, type DataRule } from '../../../src/algorithm/data/data-error.ts';
import { visibleLine } from '../../../src/text/visible.ts';

/** A folder for data, removed after the tests of the file. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'optml-data-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Reads one file of a content type. */
export function fileReader(folder: string, contentType: string) {
  return async (content: string | Uint8Array, options: ChannelReaderOptions = {}): Promise<Batch[]> => {
    const dir = join(folder, 'data');
    writeFileSync(dir, content);
    return all(channelReader({ name: 'train', dir, inputMode: 'File', contentType }, options).epoch());
  };
}

/** All batches of an epoch. */
export async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const list: Batch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

/** The rows of batches as lists: labels, then features; `index:value` of sparse ones. */
export function rowsOf(batches: readonly Batch[]): (number | string)[][] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.rows }, (_, row) => {
      const labels = [...batch.labels.subarray(row * batch.labelSize, (row + 1) * batch.labelSize)];
      if (batch.kind === 'dense') {
        return [...labels, ...batch.values.subarray(row * batch.columns, (row + 1) * batch.columns)];
      }
      const [start = 0, end = 0] = [batch.starts[row], batch.starts[row + 1]];
      return [
        ...labels,
        ...Array.from(batch.indices.subarray(start, end), (index, at) => `${index}:${batch.values[start + at]}`),
      ];
    }),
  );
}

/** Checks that reading fails by a rule, at a position of which these members are compared. */
export async function assertRefused(reading: Promise<unknown>, rule: DataRule, position: DataPosition): Promise<void> {
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof DataError, String(error));
    assert.equal(error.rule, rule, error.message);
    const found = Object.fromEntries(
      Object.keys(position).map((name) => [name, error.position[name as keyof DataPosition]]),
    );
    assert.deepEqual(found, position, error.where);
    assert.ok(error.fix);
    // Printable, whatever the data contains.
    const text = `${error.message}${error.where ?? ''}`;
    assert.equal(visibleLine(text), text);
    return true;
  });
}

/** Data of any content is read, or refused by a data error. */
export async function assertReadOrRefused(reading: Promise<readonly Batch[]>): Promise<void> {
  try {
    for (const { values, labels } of await reading) assert.ok([...values, ...labels].every(Number.isFinite));
  } catch (error) {
    assert.ok(error instanceof DataError, (error as Error).stack);
  }
}
