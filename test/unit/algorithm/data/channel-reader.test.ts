import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { DataChannel } from '../../../../src/algorithm/data/channel.ts';
import { channelReader } from '../../../../src/algorithm/data/channel-reader.ts';
import { frameRecord } from '../../../../src/algorithm/data/recordio/frame.ts';
import { denseTensorRecords } from '../../../../src/algorithm/data/recordio/index.ts';
import { wholeLines } from '../../../../src/algorithm/data/text/whole-lines.ts';
import { all, assertRefused, dataFolder, rowsOf } from '../../../support/algorithm-data/read-channel.ts';

const root = dataFolder();

function channel(
  files: Readonly<Record<string, string | Uint8Array>>,
  changes: Partial<DataChannel> = {},
): DataChannel {
  const dir = mkdtempSync(join(root, 'train-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return { name: 'train', dir, inputMode: 'File', contentType: 'text/csv', ...changes };
}

const epochOf = async (from: DataChannel) => rowsOf(await all(channelReader(from).epoch()));

test('the files of a channel are read in the order of their bytes, without hidden ones', async () => {
  const files = channel({
    'b.csv': '2,2\n',
    'a/z.csv': '1,1',
    'a.csv': '0,0\n',
    '\u{ff5e}.csv': '3,3\n',
    '\u{1f600}.csv': '4,4\n',
    _SUCCESS: 'x',
    '.hidden/x.csv': 'x',
  });
  assert.deepEqual(await epochOf(files), [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
});

test('every epoch reads the same rows, and a batch spans files', async () => {
  const reader = channelReader(channel({ 'a.csv': '1,1\n', 'b.csv': '2,2\n' }), { batchRows: 2 });
  for (let epoch = 0; epoch < 3; epoch++) {
    const batches = await all(reader.epoch());
    assert.deepEqual(
      batches.map(({ rows }) => rows),
      [2],
    );
  }
});

test('a channel can be one file, links and folders of links', async () => {
  const target = channel({ 'a.csv': '1,1\n' });
  assert.deepEqual(await epochOf({ ...target, dir: join(target.dir, 'a.csv') }), [[1, 1]]);
  const linked = channel({});
  symlinkSync(target.dir, join(linked.dir, 'folder'));
  symlinkSync(join(target.dir, 'a.csv'), join(linked.dir, 'z.csv'));
  symlinkSync(linked.dir, join(linked.dir, 'loop'));
  assert.deepEqual(await epochOf(linked), [
    [1, 1],
    [1, 1],
  ]);
});

test('gzip is found by the content, also of several members', async () => {
  const members = Buffer.concat([gzipSync('1,1\n2,'), gzipSync('2\n')]);
  assert.deepEqual(await epochOf(channel({ 'a.csv': members, 'b.csv.gz': gzipSync('3,3') })), [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('the content type of an algorithm is taken as it is', async () => {
  const contentType = { type: 'text/csv', parameters: { label_size: 0 } };
  const [batch] = await all(channelReader(channel({ 'a.csv': '1,1\n' }, { contentType })).epoch());
  assert.deepEqual([batch?.labelSize, batch?.columns], [0, 2]);
});

test('a channel without rows can be allowed', async () => {
  assert.deepEqual(await all(channelReader(channel({}), { mayBeEmpty: true }).epoch()), []);
});

test('empty files beside others are skipped', async () => {
  assert.deepEqual(await epochOf(channel({ 'a.csv': '', 'b.csv': '1,1\n', 'c.csv': '' })), [[1, 1]]);
});

test('channels without data, and files of other kinds, are data errors', async () => {
  await assertRefused(epochOf(channel({})), 'channel-empty', {});
  await assertRefused(epochOf(channel({ _SUCCESS: '' })), 'channel-empty', {});
  await assertRefused(epochOf(channel({ 'a.csv': '' })), 'channel-empty', {});
  await assertRefused(epochOf(channel({}, { dir: join(root, 'missing') })), 'channel-missing', {
    file: join(root, 'missing'),
  });
  const pipes = channel({});
  execFileSync('mkfifo', [join(pipes.dir, 'a.csv')]);
  await assertRefused(epochOf(pipes), 'file-kind', { file: 'train/a.csv' });
  const broken = channel({});
  symlinkSync('nowhere', join(broken.dir, 'a.csv'));
  await assertRefused(epochOf(broken), 'channel-missing', {});
});

test('unknown content types and parameters are data errors', async () => {
  const of = async (contentType: string | undefined) => channelReader(channel({}, { contentType }));
  await assertRefused(of('text/cvs'), 'content-type', {});
  await assertRefused(of('image/png'), 'content-type', {});
  await assertRefused(of('text/csv;label_size=one'), 'content-type', {});
  await assertRefused(of('text/csv;label_size=-1'), 'content-type', {});
  await assertRefused(of('__proto__'), 'content-type', {});
  await assertRefused(of(undefined), 'content-type', {});
});

test('data of another format is a data error of its file', async () => {
  const recordio = Buffer.concat([...denseTensorRecords({ rows: 1, columns: 2, values: Float32Array.of(1, 2) })]);
  await assertRefused(epochOf(channel({ 'a.rec': recordio })), 'nul-byte', { file: 'train/a.rec', line: 2 });
  await assertRefused(epochOf(channel({ 'a.csv': '1,1\n', 'b.csv': gzipSync('2,2\n').subarray(0, 15) })), 'gzip', {
    file: 'train/b.csv',
  });
});

test('errors name the file and the line in it', async () => {
  const files = channel({ 'a.csv': '1,1\n1,1\n', 'b.csv': '2,2\n2,x\n' });
  await assertRefused(epochOf(files), 'not-a-number', { file: 'train/b.csv', line: 2, column: 2 });
  await assertRefused(epochOf(channel({ 'a.csv': '1,1\n', 'b.csv': 'y,x\n2,2\n' })), 'csv-header', {
    file: 'train/b.csv',
    line: 1,
  });
});

test('a line without an end is a data error, and is not kept in memory', async () => {
  let delivered = 0;
  async function* endless() {
    for (;;) {
      delivered += 65_536;
      yield Buffer.alloc(65_536, '1,');
    }
  }
  const reading = (async () => {
    for await (const _ of wholeLines(endless(), 'train/a.csv', 1 << 20)) assert.fail('there is no whole line');
  })();
  await assertRefused(reading, 'line-length', { file: 'train/a.csv', offset: 0 });
  assert.ok(delivered <= (1 << 20) + 65_536);
});

/** A channel in Pipe mode of which each FIFO gets these bytes, after it is opened. */
function pipeChannel(epochs: readonly Buffer[], changes: Partial<DataChannel> = {}): DataChannel {
  const dir = join(mkdtempSync(join(root, 'pipe-')), 'train');
  for (const [epoch, content] of epochs.entries()) {
    execFileSync('mkfifo', [`${dir}_${epoch}`]);
    writeFileSync(`${dir}-content-${epoch}`, content);
    spawn('sh', ['-c', `cat "${dir}-content-${epoch}" > "${dir}_${epoch}"`], { stdio: 'ignore' });
  }
  return { name: 'train', dir, inputMode: 'Pipe', contentType: 'text/csv', ...changes };
}

test('each epoch comes through its own FIFO', async () => {
  const large = '7,8\n'.repeat(100_000);
  const reader = channelReader(pipeChannel([Buffer.from('1,1\n2,2\n'), gzipSync('3,3'), Buffer.from(large)]));
  assert.deepEqual(rowsOf(await all(reader.epoch())), [
    [1, 1],
    [2, 2],
  ]);
  assert.deepEqual(rowsOf(await all(reader.epoch())), [[3, 3]]);
  assert.equal(
    (await all(reader.epoch())).reduce((sum, { rows }) => sum + rows, 0),
    100_000,
  );
});

test('leaving an epoch early closes its FIFO, and the next epoch follows', async () => {
  const reader = channelReader(pipeChannel([Buffer.from('1,1\n'.repeat(1_000_000)), Buffer.from('3,3\n')]));
  for await (const batch of reader.epoch()) {
    assert.ok(batch.rows > 0);
    break;
  }
  assert.deepEqual(rowsOf(await all(reader.epoch())), [[3, 3]]);
});

test('a reader waits for the FIFO, for its writer and for data', async () => {
  const dir = join(mkdtempSync(join(root, 'pipe-')), 'train');
  const rows = all(channelReader({ name: 'train', dir, inputMode: 'Pipe', contentType: 'text/csv' }).epoch());
  execFileSync('mkfifo', [`${dir}_0`]);
  spawn('sh', ['-c', `{ printf 1,; sleep 0.05; printf '2\n3'; sleep 0.05; echo ,4; } > "${dir}_0"`], {
    stdio: 'ignore',
  });
  assert.deepEqual(rowsOf(await rows), [
    [1, 2],
    [3, 4],
  ]);
});

test('objects in a RecordIO wrapper are files of their own', async () => {
  const first = frameRecord(Buffer.from('1,1\n2,2'));
  const last = frameRecord(Buffer.from('3,3\nx,3\n'));
  const wrapped = pipeChannel([Buffer.concat([first, last])], { recordWrapper: 'RecordIO' });
  await assertRefused(epochOf(wrapped), 'not-a-number', { file: 'train_0, object 2', line: 2, column: 1 });
  const right = pipeChannel([Buffer.concat([first, frameRecord(gzipSync('3,3\n'))])], { recordWrapper: 'RecordIO' });
  assert.deepEqual(await epochOf(right), [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('wrapped recordio-protobuf is read, framed or as single records', async () => {
  const framed = Buffer.concat([...denseTensorRecords({ rows: 2, columns: 1, values: Float32Array.of(1, 2) })]);
  const single = framed.subarray(8, framed.length / 2);
  const content = Buffer.concat([frameRecord(framed), frameRecord(single)]);
  const wrapped = { recordWrapper: 'RecordIO', contentType: 'application/x-recordio-protobuf' } as const;
  assert.deepEqual(await epochOf(pipeChannel([content], wrapped)), [[1], [2], [1]]);
  await assertRefused(epochOf(pipeChannel([content.subarray(0, -5)], wrapped)), 'recordio-length', {});
});

test('a FIFO that does not appear, or is something else, is a data error', async () => {
  const missing: DataChannel = { name: 'train', dir: join(root, 'none'), inputMode: 'Pipe', contentType: 'text/csv' };
  await assertRefused(all(channelReader(missing, { waitMs: 40 }).epoch()), 'channel-missing', {
    file: join(root, 'none_0'),
  });
  writeFileSync(join(root, 'file_0'), '1,1\n');
  await assertRefused(all(channelReader({ ...missing, dir: join(root, 'file') }).epoch()), 'file-kind', {});
});

test('a signal ends an epoch that waits', async () => {
  const dir = join(mkdtempSync(join(root, 'pipe-')), 'train');
  const reading = all(
    channelReader(
      { name: 'train', dir, inputMode: 'Pipe', contentType: 'text/csv' },
      { signal: AbortSignal.timeout(30) },
    ).epoch(),
  );
  await assert.rejects(reading, { name: 'TimeoutError' });
  execFileSync('mkfifo', [`${dir}_0`]);
  const silent = openSync(`${dir}_0`, 'r+');
  const waiting = all(
    channelReader(
      { name: 'train', dir, inputMode: 'Pipe', contentType: 'text/csv' },
      { signal: AbortSignal.timeout(60) },
    ).epoch(),
  );
  await assert.rejects(waiting, { name: 'TimeoutError' });
  closeSync(silent);
});

test('the failure reason of a job names problem, file, line, column, rule and what to do', async () => {
  const reading = epochOf(channel({ 'a\u001b[31m.csv': '1,1\n1,old\u001b[2J\n' }));
  await assert.rejects(reading, {
    code: 'DATA_INVALID',
    kind: 'user',
    failureText: [
      'ClientError: "old\\x1b[2J" is not a number',
      'Where: train/a\\x1b[31m.csv, line 2, column 2; rule not-a-number',
      'Fix: Encode text and categories as numbers.',
    ].join('\n'),
  });
});
