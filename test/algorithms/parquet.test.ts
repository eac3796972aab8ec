// Parquet files as pyarrow writes them.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { DataChannel } from '../../src/algorithm/data/channel.ts';
import { type ChannelReaderOptions, channelReader } from '../../src/algorithm/data/channel-reader.ts';
import type { DataPosition, DataRule } from '../../src/algorithm/data/data-error.ts';
import { frameRecord } from '../../src/algorithm/data/recordio/frame.ts';
import { all, assertReadOrRefused, assertRefused, rowsOf } from '../support/algorithm-data/read-channel.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';

/** A folder with the files of write-parquet.py. */
function parquetFiles(t: TestContext): string | undefined {
  const bin = pythonPackages(t, 'data-formats');
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'optml-parquet-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { status, stderr } = spawnSync(join(bin, 'python'), [
    join(import.meta.dirname, 'programs', 'write-parquet.py'),
    folder,
  ]);
  assert.equal(status, 0, stderr.toString());
  return folder;
}

const channelOf = (dir: string): DataChannel => ({
  name: 'train',
  dir,
  inputMode: 'File',
  contentType: 'application/x-parquet',
});
const read = (dir: string, options: ChannelReaderOptions = {}) => all(channelReader(channelOf(dir), options).epoch());

test('Parquet files of all compressions are the rows that pyarrow has written', async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  const expected = Array.from({ length: 5000 }, (_, row) => [
    row % 2,
    row / 4,
    row * -0.5,
    row - 2500,
    row % 100,
    row % 3 === 0 ? 1 : 0,
  ]);
  for (const name of ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'plain']) {
    const batches = await read(join(folder, `${name}.parquet`), { batchRows: 1024 });
    assert.deepEqual(
      batches.map(({ rows }) => rows),
      [1024, 1024, 1024, 1024, 904],
      name,
    );
    assert.deepEqual(rowsOf(batches), expected, name);
  }
});

test('a wrapped Parquet file is read in Pipe mode; without a wrapper it is refused', async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  const dir = join(folder, 'train');
  const content = readFileSync(join(folder, 'snappy.parquet'));
  writeFileSync(join(folder, 'wrapped'), Buffer.concat([frameRecord(content), frameRecord(content)]));
  execFileSync('mkfifo', [`${dir}_0`]);
  spawn('sh', ['-c', `cat "${folder}/wrapped" > "${dir}_0"`], { stdio: 'ignore' });
  const pipe: DataChannel = { ...channelOf(dir), inputMode: 'Pipe', recordWrapper: 'RecordIO' };
  assert.equal(rowsOf(await all(channelReader(pipe).epoch())).length, 10_000);
  await assertRefused(all(channelReader({ ...pipe, recordWrapper: 'None' }).epoch()), 'content-type', {});
});

const REFUSED: readonly (readonly [string, DataRule, DataPosition])[] = [
  ['null', 'value-missing', { record: 2, column: 2 }],
  ['no-label', 'label-missing', { record: 2, column: 1 }],
  ['infinite', 'not-finite', { record: 2, column: 2 }],
  ['text', 'not-a-number', { column: 2 }],
  ['list', 'not-a-number', { column: 2 }],
  ['date', 'not-a-number', { column: 2 }],
  ['labels-only', 'row-length', {}],
  ['empty', 'channel-empty', {}],
];

test('values that are no numbers are data errors with row and column', async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  for (const [name, rule, position] of REFUSED) {
    await assertRefused(read(join(folder, `${name}.parquet`)), rule, position);
  }
  assert.deepEqual(rowsOf(await read(join(folder, 'null.parquet'), { missing: 'nan' })), [
    [1, 0.5],
    [2, Number.NaN],
  ]);
});

test('damaged Parquet files are rows or a data error', async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  const file = join(folder, 'damaged');
  for (const name of ['null', 'snappy']) {
    const source = readFileSync(join(folder, `${name}.parquet`));
    const changes = fc.array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: -3, max: 0 }), async (list, cut) => {
        const bytes = Buffer.from(source);
        for (const [at, value] of list) bytes[at] = value;
        writeFileSync(file, bytes.subarray(0, bytes.length + cut));
        await assertReadOrRefused(read(file));
      }),
      { numRuns: 150 },
    );
  }
});

test('an error of the bundle that reads Parquet is a DataError of the package', async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  const algorithm = await import(pathToFileURL(join(ROOT, 'dist/algorithm/index.js')).href);
  const reader = algorithm.channelReader(channelOf(join(folder, 'text.parquet')));
  await assert.rejects(all(reader.epoch()), (error) => error instanceof algorithm.DataError);
});

test('a file with 20,000 columns is read in seconds', { timeout: 60_000 }, async (t) => {
  const folder = parquetFiles(t);
  if (folder === undefined) return;
  const [batch] = await read(join(folder, 'wide.parquet'));
  assert.equal(batch?.columns, 19_999);
  assert.deepEqual([...(batch?.labels ?? []), batch?.values.at(-1)], [0, 19_999]);
});
