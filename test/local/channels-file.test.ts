import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { dataFolder, prepare } from '../support/channels.ts';
import { SPECIAL_FILES } from '../support/hostile-inputs.ts';
import { temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';

/** All files below a folder, by their paths there. */
function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .sort();
}

test('a local folder is mounted read-only as it is, by path and by URI, in File and FastFile mode', async (t) => {
  const dir = dataFolder(t, { 'a.txt': 'a', 'sub/b.txt': 'b' });
  const { prepared } = await prepare(t, {
    one: { source: { S3Uri: dir }, ContentType: 'text/csv' },
    two: { source: { S3Uri: `${pathToFileURL(dir)}/` }, InputMode: 'FastFile' },
  });
  const host = prepared.hosts.get('algo-1');
  assert.deepEqual(host?.mounts, [
    { source: dir, target: '/opt/ml/input/data/one', isReadOnly: true },
    { source: dir, target: '/opt/ml/input/data/two', isReadOnly: true },
  ]);
  const entry = { TrainingInputMode: 'File', S3DistributionType: 'FullyReplicated', RecordWrapperType: 'None' };
  assert.deepEqual(host?.inputDataConfig, { one: { ...entry, ContentType: 'text/csv' }, two: entry });
});

test('a folder of 100,000 files is not listed', async (t) => {
  const dir = dataFolder(t, {});
  execFileSync('sh', ['-c', 'seq 100000 | xargs touch'], { cwd: dir });
  const reads = t.mock.method(fs.Dir.prototype, 'read');
  const lists = t.mock.method(fs.promises, 'readdir');
  const { prepared, mounted } = await prepare(t, { training: { source: { S3Uri: dir } } });
  assert.equal(mounted(), dir);
  assert.equal(lists.mock.callCount(), 0);
  assert.equal(reads.mock.callCount(), 1);
  await prepared.start();
  await waitFor('links to be looked for', () => reads.mock.callCount() > 1000);
  await prepared.close();
  assert.ok(reads.mock.callCount() <= 20_010, `${reads.mock.callCount()} entries`);
});

test('a path that is one file is a folder with only that file, not its parent', async (t) => {
  const dir = dataFolder(t, { 'train.csv': '1,2', 'secret.txt': 'x' });
  const { mounted } = await prepare(t, { training: { source: { S3Uri: join(dir, 'train.csv') } } });
  assert.deepEqual(filesIn(mounted()), ['train.csv']);
  assert.equal(statSync(join(mounted(), 'train.csv')).ino, statSync(join(dir, 'train.csv')).ino);
});

test('a single file of another file system is mounted by itself', async (t) => {
  const dir = dataFolder(t, { 'train.csv': '1,2' });
  const other = '/dev/shm';
  if (!existsSync(other) || statSync(other).dev === statSync(dir).dev) {
    t.skip('there is no second file system');
    return;
  }
  const workDir = fs.mkdtempSync(join(other, 'optml-test-'));
  t.after(() => fs.rmSync(workDir, { recursive: true, force: true }));
  const { prepared } = await prepare(t, { training: { source: { S3Uri: join(dir, 'train.csv') } } }, { workDir });
  assert.deepEqual(prepared.hosts.get('algo-1')?.mounts, [
    { source: join(dir, 'train.csv'), target: '/opt/ml/input/data/training/train.csv', isReadOnly: true },
  ]);
});

test('a prefix that ends inside a name gives all files whose paths start so, named by what follows', async (t) => {
  const dir = dataFolder(t, { 'part-1': '1', 'part-2/x': '2', other: 'o' });
  const { mounted } = await prepare(t, { training: { source: { S3Uri: join(dir, 'part-') } } });
  assert.deepEqual(filesIn(mounted()), ['1', '2/x']);
});

test('FastFile refuses a prefix that ends inside a name', async (t) => {
  const dir = dataFolder(t, { 'part-1': '1' });
  await assert.rejects(prepare(t, { training: { source: { S3Uri: join(dir, 'part-') }, InputMode: 'FastFile' } }), {
    code: 'CHANNEL_INVALID',
    where: 'InputDataConfig[0].DataSource.S3DataSource',
    message: `channel "training": ClientError: Data download failed: partial S3 prefix is not supported: "${dir}/part-" ends inside a name`,
  });
});

test('a place where nothing is is refused in the words of the API', async (t) => {
  const dir = dataFolder(t, {});
  fs.mkdirSync(join(dir, 'empty/deep'), { recursive: true });
  const refusal = (uri: string) => ({
    code: 'CHANNEL_INVALID',
    message: `channel "x": No S3 objects found under S3 URL "${uri}" given in input data source.`,
  });
  for (const location of [
    join(dir, 'empty'),
    join(dir, 'missing'),
    join(dir, 'missing/'),
    join(dir, 'no/such/place'),
  ]) {
    for (const S3DataDistributionType of ['FullyReplicated', 'ShardedByS3Key'] as const) {
      await assert.rejects(
        prepare(t, { x: { source: { S3Uri: location, S3DataDistributionType } } }),
        refusal(location),
      );
    }
  }
});

test('1,000 objects are dealt over 3 hosts in turn, in the order of their keys', async (t) => {
  const names = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? `dir/${i}.txt` : `dir.${i}`));
  const dir = dataFolder(t, Object.fromEntries(names.map((name) => [name, name])));
  const { prepared, mounted } = await prepare(
    t,
    { training: { source: { S3Uri: dir, S3DataDistributionType: 'ShardedByS3Key' } } },
    { resources: { InstanceType: 'local', InstanceCount: 3 } },
  );
  // As S3 does: "." comes before "/".
  const sorted = [...names].sort();
  for (const [index, host] of ['algo-1', 'algo-2', 'algo-3'].entries()) {
    const expected = sorted.filter((_, position) => position % 3 === index);
    assert.deepEqual(filesIn(mounted(host)), expected);
    assert.equal(expected.length, index === 0 ? 334 : 333);
    assert.equal(prepared.hosts.get(host)?.inputDataConfig['training']?.S3DistributionType, 'ShardedByS3Key');
    assert.equal(readFileSync(join(mounted(host), expected[7] ?? ''), 'utf8'), expected[7]);
  }
});

test('a host for which no object is left has an empty folder', async (t) => {
  const dir = dataFolder(t, { only: '1' });
  const { mounted } = await prepare(
    t,
    { training: { source: { S3Uri: dir, S3DataDistributionType: 'ShardedByS3Key' } } },
    { resources: { InstanceType: 'local', InstanceCount: 2 } },
  );
  assert.deepEqual([filesIn(mounted('algo-1')), filesIn(mounted('algo-2'))], [['only'], []]);
});

test('a channel of an instance group is dealt over its hosts, and others do not have it at all', async (t) => {
  const dir = dataFolder(t, { a: '1', b: '2' });
  const group = (name: string, count: number) => ({
    InstanceGroupName: name,
    InstanceType: 'local',
    InstanceCount: count,
  });
  const { prepared, mounted } = await prepare(
    t,
    {
      data: { source: { S3Uri: dir, S3DataDistributionType: 'ShardedByS3Key', InstanceGroupNames: ['work'] } },
      pipe: { source: { S3Uri: dir, InstanceGroupNames: ['work'] }, InputMode: 'Pipe' },
    },
    { resources: { InstanceGroups: [group('lead', 1), group('work', 2)] } },
  );
  assert.deepEqual(prepared.hosts.get('algo-1'), { mounts: [], inputDataConfig: {} });
  assert.deepEqual([filesIn(mounted('algo-2')), filesIn(mounted('algo-3'))], [['a'], ['b']]);
  assert.deepEqual(Object.keys(prepared.hosts.get('algo-2')?.inputDataConfig ?? {}), ['data', 'pipe']);
});

test('a manifest selects files by a path or a file:// URI', async (t) => {
  const dir = dataFolder(t, { 'in/a': 'A', 'in/sub/b #%41': 'B', 'in/c': 'C' });
  for (const prefix of [`${dir}/in/`, `${pathToFileURL(dir)}/in/`, 'in/', './in/']) {
    const manifest = join(dir, 'manifest.json');
    fs.writeFileSync(manifest, JSON.stringify([{ prefix }, 'sub/b #%41', 'a', 'a']));
    const { mounted } = await prepare(t, { x: { source: { S3Uri: manifest, S3DataType: 'ManifestFile' } } });
    assert.deepEqual(filesIn(mounted()), ['a', 'sub/b #%41']);
    assert.equal(readFileSync(join(mounted(), 'sub/b #%41'), 'utf8'), 'B');
  }
});

test('a manifest that names missing objects is refused with their names', async (t) => {
  const dir = dataFolder(t, { a: 'A' });
  fs.writeFileSync(join(dir, 'm'), JSON.stringify([{ prefix: `${dir}/` }, 'a', 'no', 'nor']));
  await assert.rejects(prepare(t, { x: { source: { S3Uri: join(dir, 'm'), S3DataType: 'ManifestFile' } } }), {
    code: 'CHANNEL_INVALID',
    message: `channel "x": the manifest ${dir}/m names 2 objects that do not exist: ${dir}/no, ${dir}/nor`,
  });
});

test('a manifest that is none is refused with what is wrong', async (t) => {
  const dir = dataFolder(t, { outside: 'x', 'in/a': 'A' });
  const cases: readonly [content: string, why: RegExp][] = [
    ['{', /is not JSON/],
    ['{}', /is not a list/],
    ['["a"]', /does not start with an object that has a "prefix"/],
    ['[{"prefix": ""}, "a"]', /does not start with an object that has a "prefix"/],
    ['[{"prefix": "/x/"}]', /names no objects/],
    ['[{"prefix": "/x/"}, "a", 3]', /has an entry that is no text: number 2/],
    ['[{"prefix": "ftp://x/"}, "a"]', /"ftp:\/\/x\/" is no place to read from/],
    [JSON.stringify([{ prefix: `${dir}/in/` }, '../outside']), /leads out of the folder by "\.\."/],
  ];
  for (const [content, message] of cases) {
    fs.writeFileSync(join(dir, 'm'), content);
    await assert.rejects(prepare(t, { x: { source: { S3Uri: join(dir, 'm'), S3DataType: 'ManifestFile' } } }), {
      code: 'CHANNEL_INVALID',
      message,
    });
  }
  await assert.rejects(prepare(t, { x: { source: { S3Uri: join(dir, 'none'), S3DataType: 'ManifestFile' } } }), {
    code: 'CHANNEL_INVALID',
    message: /cannot be read: ENOENT/,
  });
});

test('what is no file is no manifest, and no data', { timeout: 20_000 }, async (t) => {
  for (const { kind, put, problem } of SPECIAL_FILES) {
    const path = join(dataFolder(t, {}), 'x');
    await put(path, t);
    for (const S3DataType of ['ManifestFile', 'S3Prefix'] as const) {
      // Folders are data; this one is empty.
      const expected =
        kind === 'a folder' && S3DataType === 'S3Prefix'
          ? /No S3 objects found/
          : `channel "x": ${path} cannot be read: ${problem}`;
      await assert.rejects(prepare(t, { x: { source: { S3Uri: path, S3DataType } } }), {
        code: 'CHANNEL_INVALID',
        message: expected,
      });
    }
  }
});

test('links that leave the folder are named in a warning; a shard holds what they lead to', async (t) => {
  const dir = dataFolder(t, { 'in/a': 'A', 'in/sub/b': 'B', 'out/c': 'C' });
  symlinkSync('../out/c', join(dir, 'in/away'));
  symlinkSync('../../out', join(dir, 'in/sub/far'));
  symlinkSync('../a', join(dir, 'in/sub/near'));
  symlinkSync('..', join(dir, 'in/sub/circle'));
  const whole = await prepare(t, { x: { source: { S3Uri: join(dir, 'in') } } });
  await whole.prepared.start();
  await waitFor('a warning', () => whole.warnings.length > 0);
  assert.deepEqual(whole.warnings, [
    `channel "x": links lead out of ${dir}/in, which is all that a host has to see: away, sub/far`,
  ]);
  const shard = await prepare(t, {
    x: { source: { S3Uri: join(dir, 'in'), S3DataDistributionType: 'ShardedByS3Key' } },
  });
  assert.deepEqual(filesIn(shard.mounted()), ['a', 'away', 'sub/b', 'sub/far/c', 'sub/near']);
  assert.equal(fs.lstatSync(join(shard.mounted(), 'away')).isFile(), true);
});

test('a channel named as no folder can be is refused', async (t) => {
  await assert.rejects(prepare(t, { '..': { source: { S3Uri: temporaryFolder(t) } } }), { code: 'CHANNEL_INVALID' });
});
