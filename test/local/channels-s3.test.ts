import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataFolder, prepare } from '../support/channels.ts';
import { standInStorage } from '../support/stand-in-folder-storage.ts';

test('a prefix in S3 is downloaded once for all hosts, with a list of its objects and its progress', async (t) => {
  const storage = standInStorage(dataFolder(t, { 'bk/in/a.txt': 'A', 'bk/in/sub/b.txt': 'BB', 'bk/other': 'x' }));
  const { prepared, mounted, dataDir, progress } = await prepare(
    t,
    {
      training: { source: { S3Uri: 's3://bk/in' } },
      quick: { source: { S3Uri: 's3://bk/in/' }, InputMode: 'FastFile' },
    },
    { storage, resources: { InstanceType: 'local', InstanceCount: 2 } },
  ).then((trial) => ({
    ...trial,
    mounted: (host: string) => trial.prepared.hosts.get(host)?.mounts.map(({ source }) => source) ?? [],
  }));
  await prepared.start();
  assert.deepEqual(mounted('algo-1'), mounted('algo-2'));
  for (const dir of mounted('algo-1')) assert.equal(readFileSync(join(dir, 'sub/b.txt'), 'utf8'), 'BB');
  for (const host of ['algo-1', 'algo-2']) {
    assert.deepEqual(readdirSync(dataDir(host)), ['training-manifest']);
    const list = readFileSync(join(dataDir(host), 'training-manifest'), 'utf8');
    assert.equal(list, 'in\ns3://bk/in/a.txt\ns3://bk/in/sub/b.txt\n');
  }
  assert.deepEqual(progress.at(-1), { what: 'channel "quick"', doneBytes: 3, totalBytes: 3 });
});

test('a shard from S3 holds its objects, and the list names those of all hosts', async (t) => {
  const storage = standInStorage(dataFolder(t, { 'bk/in/1': '1', 'bk/in/2': '2', 'bk/in/3': '3' }));
  const { prepared, mounted, dataDir } = await prepare(
    t,
    { x: { source: { S3Uri: 's3://bk/in/', S3DataDistributionType: 'ShardedByS3Key' } } },
    { storage, resources: { InstanceType: 'local', InstanceCount: 2 } },
  );
  await prepared.start();
  assert.deepEqual([readdirSync(mounted('algo-1')), readdirSync(mounted('algo-2'))], [['1', '3'], ['2']]);
  for (const host of ['algo-1', 'algo-2']) {
    assert.equal(
      readFileSync(join(dataDir(host), 'x-manifest'), 'utf8'),
      'in/\ns3://bk/in/1\ns3://bk/in/2\ns3://bk/in/3\n',
    );
  }
});

test('a manifest in S3 selects objects there, and a local one may do so too', async (t) => {
  const manifest = JSON.stringify([{ prefix: 's3://bk/in/' }, 'a', 'sub/b']);
  const root = dataFolder(t, {
    'bk/in/a': 'A',
    'bk/in/sub/b': 'B',
    'bk/in/c': 'C',
    'bk/m': manifest,
    'm.json': manifest,
  });
  for (const uri of ['s3://bk/m', join(root, 'm.json')]) {
    const source = { S3Uri: uri, S3DataType: 'ManifestFile' } as const;
    const { prepared, mounted, dataDir } = await prepare(t, { x: { source } }, { storage: standInStorage(root) });
    await prepared.start();
    assert.deepEqual(readdirSync(mounted()).sort(), ['a', 'sub']);
    assert.equal(readFileSync(join(dataDir(), 'x-manifest'), 'utf8'), 'in/\ns3://bk/in/a\ns3://bk/in/sub/b\n');
  }
  writeFileSync(join(root, 'm.json'), JSON.stringify([{ prefix: 's3://bk/in/' }, 'a', 'none']));
  const source = { S3Uri: join(root, 'm.json'), S3DataType: 'ManifestFile' } as const;
  await assert.rejects(prepare(t, { x: { source } }, { storage: standInStorage(root) }), {
    code: 'CHANNEL_INVALID',
    message: `channel "x": the manifest ${root}/m.json names an object that does not exist: s3://bk/in/none`,
  });
});

test('what is not in S3, or not whole, is refused before anything is downloaded', async (t) => {
  const storage = standInStorage(dataFolder(t, { 'bk/part-1': '1', 'bk/in/a': 'A' }));
  await assert.rejects(
    prepare(t, { ok: { source: { S3Uri: 's3://bk/in/' } }, x: { source: { S3Uri: 's3://bk/none/' } } }, { storage }),
    {
      code: 'CHANNEL_INVALID',
      where: 'InputDataConfig[1].DataSource.S3DataSource',
      message: 'channel "x": No S3 objects found under S3 URL "s3://bk/none/" given in input data source.',
    },
  );
  await assert.rejects(
    prepare(t, { x: { source: { S3Uri: 's3://bk/part-' }, InputMode: 'FastFile' } }, { storage }),
    /partial S3 prefix is not supported/,
  );
});

test('two objects of one name are refused', async (t) => {
  const storage = standInStorage(dataFolder(t, { 'bk/in/x': '1', 'bk/inx': '2' }));
  const source = { S3Uri: 's3://bk/in', S3DataDistributionType: 'ShardedByS3Key' } as const;
  await assert.rejects(prepare(t, { x: { source } }, { storage }), {
    code: 'CHANNEL_INVALID',
    message: 'channel "x": s3://bk/in/x and s3://bk/inx would both be the file x',
  });
});
