// Channels as optml run brings them, read as algorithms read them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ChannelReader, channelReader } from '../../src/algorithm/data/channel-reader.ts';
import { denseTensorRecords } from '../../src/algorithm/data/recordio/index.ts';
import { all, rowsOf } from '../support/algorithm-data/read-channel.ts';
import { dataFolder, prepare } from '../support/channels.ts';

const ROWS = [
  [1, 10],
  [2, 20],
  [3, 30],
];

async function assertEpochs(reader: ChannelReader, expected: readonly (readonly number[])[]): Promise<void> {
  for (let epoch = 0; epoch < 3; epoch++) assert.deepEqual(rowsOf(await all(reader.epoch())), expected);
}

for (const [name, contents, member] of [
  ['as they are', ['1,10\n', '2,20\n3,30\n'], {}],
  ['compressed', [gzipSync('1,10\n'), gzipSync('2,20\n3,30\n')], { CompressionType: 'Gzip' }],
  ['wrapped, without an end of their last line', ['1,10', '2,20\n3,30'], { RecordWrapperType: 'RecordIO' }],
  [
    'compressed and wrapped',
    [gzipSync('1,10'), gzipSync('2,20\n3,30')],
    { CompressionType: 'Gzip', RecordWrapperType: 'RecordIO' },
  ],
] as const) {
  test(`objects ${name} are the same rows in each epoch of Pipe mode`, async (t) => {
    const source = { S3Uri: dataFolder(t, { 'a.csv': contents[0], 'b.csv': contents[1] }) };
    const trial = await prepare(t, { train: { InputMode: 'Pipe', source, ...member } });
    await trial.prepared.start();
    const recordWrapper = 'RecordWrapperType' in member ? member.RecordWrapperType : 'None';
    const dir = join(trial.dataDir(), 'train');
    await assertEpochs(
      channelReader({ name: 'train', dir, inputMode: 'Pipe', contentType: 'text/csv', recordWrapper }),
      ROWS,
    );
  });
}

test('recordio-protobuf is read in Pipe mode, and an epoch can be left early', async (t) => {
  const rows = 50_000;
  const values = Float32Array.from({ length: rows * 4 }, (_, at) => at);
  const records = Buffer.concat([...denseTensorRecords({ rows, columns: 4, values })]);
  const trial = await prepare(t, {
    train: { InputMode: 'Pipe', source: { S3Uri: dataFolder(t, { 'a.rec': records }) } },
  });
  await trial.prepared.start();
  const reader = channelReader({
    name: 'train',
    dir: join(trial.dataDir(), 'train'),
    inputMode: 'Pipe',
    contentType: 'application/x-recordio-protobuf',
  });
  const count = async () => (await all(reader.epoch())).reduce((sum, batch) => sum + batch.rows, 0);
  assert.equal(await count(), rows);
  for await (const batch of reader.epoch()) {
    assert.deepEqual([...batch.values.subarray(0, 4)], [0, 1, 2, 3]);
    break;
  }
  assert.equal(await count(), rows);
});

for (const inputMode of ['File', 'FastFile'] as const) {
  test(`a channel in ${inputMode} mode is the same rows in each epoch`, async (t) => {
    const source = { S3Uri: dataFolder(t, { 'b.csv': '2,20\n3,30', 'a.csv.gz': gzipSync('1,10') }) };
    const trial = await prepare(t, { train: { InputMode: inputMode, source } });
    await trial.prepared.start();
    await assertEpochs(
      channelReader({ name: 'train', dir: trial.mounted(), inputMode, contentType: 'text/csv' }),
      ROWS,
    );
  });
}
