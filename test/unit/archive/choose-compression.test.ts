import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { chooseCompression } from '../../../src/archive/choose-compression.ts';
import { packDirectory } from '../../../src/archive/lazy-archive.ts';
import { findOnPath } from '../../../src/process/find-on-path.ts';
import { temporaryFolder } from '../../support/job.ts';

const command = (setting: string, variables: NodeJS.ProcessEnv, warnings: string[] = []) =>
  chooseCompression(setting, variables, (message) => warnings.push(message)).command;

/** A PATH with these programs only, each of which is this shell script. */
function pathWith(t: TestContext, programs: Readonly<Record<string, string>>): string {
  const dir = temporaryFolder(t);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

test('auto takes igzip, else pigz, else Node', (t) => {
  const both = pathWith(t, { igzip: '', pigz: '' });
  const second = pathWith(t, { pigz: '' });
  assert.deepEqual(command('auto', { PATH: both }), [join(both, 'igzip'), '--stdout', '--no-name', '-2']);
  assert.equal(command('auto', { PATH: second })?.[0], join(second, 'pigz'));
  assert.equal(command('auto', { PATH: '' }), undefined);
});

test('a method and its level can be asked for', (t) => {
  const PATH = pathWith(t, { igzip: '', pigz: '' });
  assert.deepEqual(command('igzip:0', { PATH }), [join(PATH, 'igzip'), '--stdout', '--no-name', '-0']);
  assert.equal(command('pigz:9', { PATH })?.[3], '-9');
  assert.deepEqual(
    chooseCompression('node:1', { PATH }, () => undefined),
    { command: undefined, level: 1 },
  );
});

test('a method that is missing is reported, and another compresses', (t) => {
  const PATH = pathWith(t, { pigz: '' });
  const warnings: string[] = [];
  assert.equal(command('igzip:1', { PATH }, warnings)?.[0], join(PATH, 'pigz'));
  assert.deepEqual(warnings, ['OPTML_COMPRESSION names igzip, which is not on PATH: pigz compresses instead']);
});

/** A folder with content over several chunks, compressible and not. */
function makeModel(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'model');
  mkdirSync(dir);
  const numbers = Buffer.alloc(5_000_000);
  for (let i = 0, x = 1; i < numbers.length; i++) {
    x = (x * 48271) % 2147483647;
    numbers[i] = x & 0xff;
  }
  writeFileSync(join(dir, 'noise'), numbers);
  writeFileSync(join(dir, 'text'), 'the same line again\n'.repeat(200_000));
  return dir;
}

async function pack(dir: string, compression: string, variables: NodeJS.ProcessEnv = process.env) {
  const file = `${dir}.${compression.replace(':', '-')}.tar.gz`;
  const warnings: string[] = [];
  await packDirectory(dir, file, { compression, variables, warn: (message) => warnings.push(message) });
  return { bytes: readFileSync(file), warnings, file };
}

for (const method of ['node', 'node:0', 'node:9', 'igzip', 'igzip:0', 'pigz']) {
  const program = method.split(':')[0] ?? '';
  const isMissing = program !== 'node' && findOnPath(program, process.env) === undefined;
  test(`${method} gives one gzip stream of the same content, the same bytes each time, without name and time`, {
    skip: isMissing && `SKIPPED: ${program} is not installed`,
  }, async (t) => {
    const dir = makeModel(t);
    const { bytes, file, warnings } = await pack(dir, method);
    assert.deepEqual(warnings, []);
    const { bytes: stored } = await pack(dir, 'node:0');
    const content = gunzipSync(bytes);
    assert.ok(content.equals(gunzipSync(stored)));
    for (const name of ['noise', 'text']) assert.ok(content.includes(readFileSync(join(dir, name))), name);
    assert.equal(bytes.readUInt32LE(4), 0, 'no time');
    assert.equal(bytes[3], 0, 'no name');
    assert.equal(spawnSync('gzip', ['-t', file]).status, 0);
    assert.ok((await pack(dir, method)).bytes.equals(bytes));
  });
}

for (const [what, script] of [
  ['fails immediately', 'echo out of order >&2; exit 3'],
  ['ends well without reading', 'exit 0'],
  ['ends well half way', 'head -c 2000000 | gzip -1nc'],
  ['is killed', 'head -c 2000000 >/dev/null; kill -9 $$'],
  ['loses some of its output', 'gzip -1nc | head -c 1000'],
] as const) {
  test(`a compressor that ${what} is reported, and Node packs the whole`, async (t) => {
    const dir = makeModel(t);
    const PATH = `${pathWith(t, { igzip: `PATH=/usr/bin:/bin\n${script}` })}:${process.env['PATH']}`;
    const { bytes, warnings } = await pack(dir, 'auto', { PATH });
    assert.ok(bytes.equals((await pack(dir, 'node')).bytes));
    assert.match(warnings.join(), /igzip .*\. Packing again without it$/s);
    assert.deepEqual(
      readdirSync(join(dir, '..')).filter((name) => name.includes('partial')),
      [],
    );
  });
}

test('with SOURCE_DATE_EPOCH the same content gives the same bytes, whenever it was written', async (t) => {
  const variables = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' };
  const archives = [1_750_000_000, 1_760_000_000.5].map(async (time) => {
    const dir = join(temporaryFolder(t), 'model');
    mkdirSync(dir);
    writeFileSync(join(dir, 'a'), 'a');
    symlinkSync('a', join(dir, 'link'));
    utimesSync(join(dir, 'a'), time, time);
    return (await pack(dir, 'node', variables)).bytes;
  });
  const [first, second] = await Promise.all(archives);
  assert.ok(first !== undefined && second !== undefined && first.equals(second));
});
