import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type ChannelSpec, type ChannelTrial, dataFolder, prepare } from '../support/channels.ts';
import { SPECIAL_FILES } from '../support/hostile-inputs.ts';
import { waitFor } from '../support/processes.ts';
import { standInStorage } from '../support/stand-in-folder-storage.ts';

/** A real reader: a shell script in the host's `input/data`. */
function reader(t: TestContext, dir: string, script: string): { child: ChildProcess; output: Promise<Buffer> } {
  const child = spawn('sh', ['-c', script], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  // The whole group: a shell's `cat` would wait at a FIFO without end.
  t.after(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    child,
    output: new Promise((resolve) => child.once('close', () => resolve(Buffer.concat(chunks)))),
  };
}

/** Starts a job's channels and reads one with `script`. */
async function read(
  t: TestContext,
  channel: ChannelSpec,
  script: string,
): Promise<{ trial: ChannelTrial; data: Buffer }> {
  const trial = await prepare(t, { x: { InputMode: 'Pipe', ...channel } });
  await trial.prepared.start();
  return { trial, data: await reader(t, trial.dataDir(), script).output };
}

/** RecordIO as MXNet's description of the format has it: magic, flag and length, data, padding. */
function decodeRecords(data: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    assert.equal(data.readUInt32LE(at).toString(16), 'ced7230a');
    const word = data.readUInt32LE(at + 4);
    assert.equal(word >>> 29, 0);
    records.push(data.subarray(at + 8, at + 8 + word));
    at += 8 + Math.ceil(word / 4) * 4;
  }
  return records;
}

const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex');

test('each epoch is a FIFO with all objects one after the other; the next is there when one ends', async (t) => {
  const files = { a: randomBytes(300_000), 'sub/b': Buffer.from('b'), 'sub/c': randomBytes(70_000) };
  const script = 'for i in 0 1 2 3 4 5 6 7; do cat x_$i | sha256sum; done';
  const { trial, data } = await read(t, { source: { S3Uri: dataFolder(t, files) } }, script);
  const expected = `${sha(Buffer.concat(Object.values(files)))}  -\n`;
  assert.equal(data.toString(), expected.repeat(8));
  assert.deepEqual(trial.prepared.hosts.get('algo-1'), {
    mounts: [],
    inputDataConfig: {
      x: { TrainingInputMode: 'Pipe', S3DistributionType: 'FullyReplicated', RecordWrapperType: 'None' },
    },
  });
  await trial.prepared.close();
  assert.deepEqual(readdirSync(trial.dataDir()), []);
});

test('a reader that stops early ends its epoch, and the next is whole', async (t) => {
  const big = randomBytes(3_000_000);
  const { data } = await read(
    t,
    { source: { S3Uri: dataFolder(t, { big }) } },
    'head -c 10 x_0; head -c 10 x_1; true < x_2; cat x_3',
  );
  const start = big.subarray(0, 10);
  assert.equal(sha(data), sha(Buffer.concat([start, start, big])));
});

test('channels without a reader, and readers that stall, hold up neither others nor files', async (t) => {
  const content = randomBytes(1_000_000);
  const dir = dataFolder(t, { content });
  const names = Array.from({ length: 8 }, (_, i) => `idle${i}`);
  // File descriptors of a shell have one digit: 3 to 9.
  const stalled = Array.from({ length: 7 }, (_, i) => `stalled${i}`);
  const trial = await prepare(
    t,
    Object.fromEntries(
      [...names, ...stalled, 'x'].map((name): [string, ChannelSpec] => [
        name,
        { InputMode: 'Pipe', source: { S3Uri: dir } },
      ]),
    ),
  );
  await trial.prepared.start();
  const opens = stalled.map((name, i) => `exec ${i + 3}<${name}_0 && echo ${name}`).join('\n');
  const sleeper = reader(t, trial.dataDir(), `${opens}\nsleep 600`);
  let seen = '';
  sleeper.child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await waitFor('all stalled readers', () => seen.includes('stalled6'));
  const read = await reader(t, trial.dataDir(), 'cat x_0 x_1').output;
  assert.equal(sha(read), sha(Buffer.concat([content, content])));
  // Four of these would wait behind four blocked writes.
  const files = await Promise.all(Array.from({ length: 8 }, () => readFile(join(dir, 'content'))));
  assert.ok(files.every((file) => file.equals(content)));
  await trial.prepared.close();
  assert.deepEqual(readdirSync(trial.dataDir()), []);
});

test('no more is read than the reader takes, from files and from S3', async (t) => {
  const storage = standInStorage(dataFolder(t, { 'bucket/big': Buffer.alloc(20_000_000) }));
  const trial = await prepare(t, { x: { InputMode: 'Pipe', source: { S3Uri: 's3://bucket/' } } }, { storage });
  await trial.prepared.start();
  const slow = reader(t, trial.dataDir(), 'exec 3<x_0; head -c 1 <&3; sleep 0.5; cat <&3 | wc -c; cat x_1 | wc -c');
  let begun = false;
  slow.child.stdout?.once('data', () => {
    begun = true;
  });
  await waitFor('the first byte', () => begun);
  await sleep(100);
  assert.ok(storage.readBytes < 1_000_000, `${storage.readBytes} bytes`);
  const [, rest, again] = /^\0(\d+)\n(\d+)\n$/.exec((await slow.output).toString()) ?? [];
  // A pipeline's `head` may have taken more than the one byte.
  assert.ok(Number(rest) > 19_000_000);
  assert.equal(again, '20000000');
});

test('RecordIO wraps each object as a record', async (t) => {
  const sizes = [0, 1, 2, 3, 4, 5, 65_536, 65_537, 200_001];
  const files = Object.fromEntries(sizes.map((size, i) => [`file${i}`, randomBytes(size)]));
  const channel: ChannelSpec = { source: { S3Uri: dataFolder(t, files) }, RecordWrapperType: 'RecordIO' };
  const { trial, data } = await read(t, channel, 'cat x_0');
  assert.deepEqual(decodeRecords(data).map(sha), Object.values(files).map(sha));
  assert.equal(trial.prepared.hosts.get('algo-1')?.inputDataConfig['x']?.RecordWrapperType, 'RecordIO');
});

test('gzip is undone, of several members and before records are made of it, small and large', async (t) => {
  const large = randomBytes(5_000_000);
  const files = {
    a: gzipSync('one\n'),
    b: Buffer.concat([gzipSync('two\n'), gzipSync('three\n')]),
    c: gzipSync(large),
  };
  const dir = dataFolder(t, files);
  const plain = [Buffer.from('one\n'), Buffer.from('two\nthree\n'), large];
  const gzip = { source: { S3Uri: dir }, CompressionType: 'Gzip' } as const;
  assert.equal(sha((await read(t, gzip, 'cat x_0')).data), sha(Buffer.concat(plain)));
  const { trial, data } = await read(t, { ...gzip, RecordWrapperType: 'RecordIO' }, 'cat x_0');
  assert.deepEqual(decodeRecords(data).map(sha), plain.map(sha));
  const work = join(trial.dataDir(), '../../../../../work/channels/0');
  assert.deepEqual(readdirSync(work), []);
});

test('data that cannot be delivered is reported, and its reader sees no end', async (t) => {
  const dir = dataFolder(t, { a: gzipSync('one\n'), b: 'no gzip' });
  const trial = await prepare(t, { x: { InputMode: 'Pipe', source: { S3Uri: dir }, CompressionType: 'Gzip' } });
  await trial.prepared.start();
  const { child, output } = reader(t, trial.dataDir(), 'cat x_0');
  const error = (await trial.prepared.failed) as Error;
  assert.equal(error.message, `channel "x": ${dir}/b is not gzip: incorrect header check`);
  await sleep(50);
  assert.equal(child.exitCode, null);
  await trial.prepared.close();
  assert.equal((await output).toString(), 'one\n');
});

test('a file that is removed while the job runs fails the channel by its name', async (t) => {
  const dir = dataFolder(t, { a: '1', b: '2' });
  const trial = await prepare(t, { x: { InputMode: 'Pipe', source: { S3Uri: dir } } });
  renameSync(join(dir, 'b'), join(dir, 'c'));
  await trial.prepared.start();
  reader(t, trial.dataDir(), 'cat x_0');
  assert.match(((await trial.prepared.failed) as Error).message, /^channel "x": cannot read .*\/b: ENOENT/);
});

test('an order is shuffled in each epoch by the seed, and dealt again over the hosts', async (t) => {
  const lines = Array.from({ length: 40 }, (_, i) => `${i}\n`);
  const dir = dataFolder(t, Object.fromEntries(lines.map((line, i) => [String(i).padStart(2, '0'), line])));
  const epochs = async (Seed: number, isSharded: boolean) => {
    const source = { S3Uri: dir, ...(isSharded && { S3DataDistributionType: 'ShardedByS3Key' as const }) };
    const resources = { InstanceType: 'local', InstanceCount: isSharded ? 2 : 1 };
    const trial = await prepare(t, { x: { InputMode: 'Pipe', source, ShuffleConfig: { Seed } } }, { resources });
    await trial.prepared.start();
    const hosts = [...trial.prepared.hosts.keys()];
    const outputs = hosts.map((host) => reader(t, trial.dataDir(host), 'cat x_0; echo; cat x_1').output);
    return (await Promise.all(outputs)).map((output) => output.toString().split('\n\n'));
  };
  const [first] = await epochs(7, false);
  assert.deepEqual((await epochs(7, false))[0], first);
  assert.notDeepEqual((await epochs(8, false))[0], first);
  const sorted = (text = '') =>
    text
      .trim()
      .split('\n')
      .map(Number)
      .sort((a, b) => a - b);
  const all = lines.map(Number);
  assert.deepEqual([sorted(first?.[0]), sorted(first?.[1])], [all, all]);
  assert.notEqual(`${first?.[0]}\n`, first?.[1]);
  const [one, two] = await epochs(7, true);
  for (const epoch of [0, 1]) {
    assert.equal(sorted(one?.[epoch]).length, 20);
    assert.deepEqual(sorted(`${one?.[epoch]?.trim()}\n${two?.[epoch]?.trim()}`), all);
  }
  assert.notDeepEqual(sorted(one?.[0]), sorted(one?.[1]));
});

test('without a seed a shard has the same objects in each epoch, and may be empty', async (t) => {
  const trial = await prepare(
    t,
    {
      x: {
        InputMode: 'Pipe',
        source: { S3Uri: dataFolder(t, { a: 'A', b: 'B', c: 'C' }), S3DataDistributionType: 'ShardedByS3Key' },
      },
    },
    { resources: { InstanceType: 'local', InstanceCount: 4 } },
  );
  await trial.prepared.start();
  const outputs = ['algo-1', 'algo-2', 'algo-4'].map(async (host) =>
    (await reader(t, trial.dataDir(host), 'cat x_0 x_1').output).toString(),
  );
  assert.deepEqual(await Promise.all(outputs), ['AA', 'BB', '']);
});

test('after an interruption the channels start with epoch 0 again', async (t) => {
  const trial = await prepare(t, { x: { InputMode: 'Pipe', source: { S3Uri: dataFolder(t, { a: 'A' }) } } });
  for (let attempt = 0; attempt < 2; attempt++) {
    await trial.prepared.start();
    assert.deepEqual(readdirSync(trial.dataDir()).sort(), ['x_0', 'x_1']);
    assert.equal((await reader(t, trial.dataDir(), 'cat x_0 x_1').output).toString(), 'AA');
    await trial.prepared.close();
    assert.deepEqual(readdirSync(trial.dataDir()), []);
  }
});

test('a file that a job puts in the place of a FIFO is not written to', async (t) => {
  const dir = dataFolder(t, { a: 'A', 'out/victim': 'whole' });
  const trial = await prepare(t, { x: { InputMode: 'Pipe', source: { S3Uri: join(dir, 'a') } } });
  await trial.prepared.start();
  renameSync(join(trial.dataDir(), 'x_0'), join(trial.dataDir(), 'away'));
  symlinkSync(join(dir, 'out/victim'), join(trial.dataDir(), 'x_0'));
  await sleep(120);
  assert.equal(readFileSync(join(dir, 'out/victim'), 'utf8'), 'whole');
  assert.ok(existsSync(join(trial.dataDir(), 'x_1')));
});

test('an augmented manifest gives the attributes of each line in order, references as bytes', async (t) => {
  const root = dataFolder(t, { 'bucket/one': 'ONE', two: 'TWO!', 'm.jsonl': '' });
  const lines = [
    { label: 1.5, 'source-ref': 's3://bucket/one', ignored: true, text: 'ä' },
    { text: '', 'source-ref': 'two', label: 7 },
    { text: 't', 'source-ref': join(root, 'two'), label: [1, 'x'] },
  ];
  writeFileSync(join(root, 'm.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n\n')}\r\n`);
  const source = {
    S3Uri: join(root, 'm.jsonl'),
    S3DataType: 'AugmentedManifestFile',
    AttributeNames: ['source-ref', 'label', 'text'],
  } as const;
  const trial = await prepare(
    t,
    { x: { InputMode: 'Pipe', source, RecordWrapperType: 'RecordIO' }, plain: { InputMode: 'Pipe', source } },
    { storage: standInStorage(root) },
  );
  await trial.prepared.start();
  const records = decodeRecords(await reader(t, trial.dataDir(), 'cat x_0').output);
  assert.deepEqual(records.map(String), ['ONE', '1.5', 'ä', 'TWO!', '7', '', 'TWO!', '[1,"x"]', 't']);
  assert.equal((await reader(t, trial.dataDir(), 'cat plain_0').output).toString(), 'ONE1.5äTWO!7TWO![1,"x"]t');
});

test('an entry of an augmented manifest that does not do is named', async (t) => {
  const dir = dataFolder(t, {
    good: '{"a": 1}\n{"b": 1}\n',
    bad: '{"b": 1}\n',
    none: 'x\n',
    marked: '\ufeff{"a": 1}\r\n',
    'no-ref': '{"a-ref": 1}',
    empty: '',
  });
  const channel = (file: string, attribute = 'a'): Record<string, ChannelSpec> => ({
    x: {
      InputMode: 'Pipe',
      source: { S3Uri: join(dir, file), S3DataType: 'AugmentedManifestFile', AttributeNames: [attribute] },
    },
  });
  await assert.rejects(prepare(t, channel('bad')), {
    message: `channel "x": entry 1 of ${dir}/bad has no attribute "a"`,
  });
  await assert.rejects(prepare(t, channel('none')), /entry 1 of .*none is not JSON/);
  await assert.rejects(prepare(t, channel('marked')), /entry 1 of .*marked starts with a byte order mark/);
  await assert.rejects(prepare(t, channel('no-ref', 'a-ref')), /has an attribute "a-ref" that is no text/);
  await assert.rejects(prepare(t, channel('empty')), /No S3 objects found/);
  const trial = await prepare(t, channel('good'));
  await trial.prepared.start();
  reader(t, trial.dataDir(), 'cat x_0');
  assert.match(((await trial.prepared.failed) as Error).message, /entry 2 of .*good has no attribute "a"/);
});

test('what is no file is no augmented manifest, and one that changes after its check is an error', {
  timeout: 20_000,
}, async (t) => {
  const file = join(dataFolder(t, {}), 'm.jsonl');
  const source = { S3Uri: file, S3DataType: 'AugmentedManifestFile', AttributeNames: ['a'] } as const;
  const channels = { x: { InputMode: 'Pipe', source } } as const;
  for (const { put, problem } of SPECIAL_FILES) {
    await put(file, t);
    await assert.rejects(prepare(t, channels), {
      code: 'CHANNEL_INVALID',
      message: `channel "x": ${file} cannot be read: ${problem}`,
    });
  }
  rmSync(file, { recursive: true });
  writeFileSync(file, '{"a": 1}\n');
  const trial = await prepare(t, channels);
  writeFileSync(file, '{"a": 1}\n{"a": 2}\n');
  await trial.prepared.start();
  reader(t, trial.dataDir(), 'cat x_0');
  assert.equal(
    ((await trial.prepared.failed) as Error).message,
    `channel "x": ${file} cannot be read: it changes while it is read`,
  );
});
