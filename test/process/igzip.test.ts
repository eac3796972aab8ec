// Packing by igzip, where there is one: a real one, and programs that stand for broken ones.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { packDirectory } from '../../src/archive/pack.ts';
import { findOnPath } from '../../src/environment/find-on-path.ts';
import { writeFiles } from '../support/fakes.ts';
import { runJob, temporaryFolder } from '../support/job.ts';
import { isAlive, shellJob, waitFor } from '../support/processes.ts';

const IGZIP = findOnPath('igzip', process.env);
const skip = IGZIP === undefined && 'SKIPPED: igzip is not installed (Debian package isal)';

function model(t: TestContext): { readonly dir: string; readonly file: string } {
  const base = temporaryFolder(t);
  const dir = join(base, 'model');
  writeFiles(dir, { 'weights.bin': randomBytes(3_000_000), 'deep/notes.txt': 'text\n'.repeat(100_000), empty: '' });
  return { dir, file: join(base, 'out', 'model.tar.gz') };
}

/** A program that stands for igzip. */
function fakeIgzip(t: TestContext, script: string): string {
  const file = join(temporaryFolder(t), 'igzip');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test('a real igzip makes an archive that other programs read, with the content that zlib packs', {
  skip,
}, async (t) => {
  const { dir, file } = model(t);
  await packDirectory(dir, file);
  const byZlib = readFileSync(file);
  const result = await packDirectory(dir, file, { igzip: IGZIP });
  const packed = readFileSync(file);
  assert.deepEqual(result, { entries: 4, bytes: packed.length });
  assert.notDeepEqual(packed, byZlib);
  assert.deepEqual(gunzipSync(packed), gunzipSync(byZlib));
  assert.equal(spawnSync('gzip', ['-t', file]).status, 0);
  await packDirectory(dir, file, { igzip: IGZIP });
  assert.deepEqual(readFileSync(file), packed, 'the same content gives the same bytes');
});

test('train uses the igzip on PATH', async (t) => {
  const record = join(temporaryFolder(t), 'called');
  const igzip = fakeIgzip(t, `echo "$*" > '${record}'; exec gzip -nc`);
  const variables = { PATH: `${dirname(igzip)}:${process.env['PATH']}`, OPTML_PACKAGE: 'always' };
  const result = await runJob(t, shellJob('echo weights > "$SM_MODEL_DIR/weights"'), variables);
  assert.equal(result.code, 0, result.stderr);
  assert.equal(readFileSync(record, 'utf8'), '--stdout --no-name\n');
  assert.equal(spawnSync('tar', ['tzf', join(result.base, 'output/model.tar.gz')]).stdout.toString(), 'weights\n');
});

describe('an igzip that fails is replaced by zlib, and named', () => {
  for (const [what, script, message] of [
    [
      'at once',
      'echo "illegal instruction" >&2; exit 132',
      /igzip: illegal instruction; compressing with zlib instead$/,
    ],
    ['in the middle', 'head -c 100000 >/dev/null; echo half; exit 3', /igzip: ended with 3; compressing with zlib/],
    ['by a signal', 'kill -ILL $$', /igzip: ended with SIGILL; compressing with zlib/],
  ] as const) {
    test(what, async (t) => {
      const { dir, file } = model(t);
      const warnings: string[] = [];
      const igzip = fakeIgzip(t, script);
      await packDirectory(dir, file, { igzip, warn: (text) => warnings.push(text) });
      const packed = readFileSync(file);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', message);
      await packDirectory(dir, file);
      assert.deepEqual(packed, readFileSync(file));
      assert.deepEqual(readdirSync(dirname(file)), ['model.tar.gz']);
    });
  }

  test('and one that cannot be started', async (t) => {
    const { dir, file } = model(t);
    const igzip = join(temporaryFolder(t), 'igzip');
    writeFileSync(igzip, Buffer.from('\u007fELF\u0001\u0001'), { mode: 0o755 });
    const warnings: string[] = [];
    await packDirectory(dir, file, { igzip, warn: (text) => warnings.push(text) });
    assert.match(warnings.join(), /compressing with zlib instead$/);
    assert.equal(spawnSync('gzip', ['-t', file]).status, 0);
  });
});

test('what is wrong with the files is told as with zlib, and leaves nothing behind', async (t) => {
  const { dir, file } = model(t);
  const igzip = fakeIgzip(t, `head -c 1500000 >/dev/null; truncate -s 10 '${dir}/weights.bin'; exec gzip -nc`);
  await assert.rejects(packDirectory(dir, file, { igzip }), {
    code: 'PACKAGING_FAILED',
    message: /changed while it was/,
  });
  assert.deepEqual(readdirSync(dirname(file)), []);
});

test('giving up ends igzip too', async (t) => {
  const { dir, file } = model(t);
  const pidFile = join(temporaryFolder(t), 'pid');
  const igzip = fakeIgzip(t, `echo $$ > '${pidFile}'; exec sleep 600`);
  const giveUp = new AbortController();
  const packing = packDirectory(dir, file, { igzip, signal: giveUp.signal });
  await waitFor('igzip', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
  const pid = Number(readFileSync(pidFile, 'utf8'));
  giveUp.abort();
  await assert.rejects(packing, { code: 'PACKAGING_GIVEN_UP' });
  await waitFor('the end of igzip', () => !isAlive(pid), 2000);
  assert.deepEqual(readdirSync(dirname(file)), []);
});

test('an igzip that reads and writes slowly keeps no memory from the rest', async (t) => {
  const { dir, file } = model(t);
  mkdirSync(join(dir, 'more'));
  for (let i = 0; i < 20; i++) writeFileSync(join(dir, 'more', String(i)), randomBytes(2_000_000));
  const before = process.memoryUsage().rss;
  const igzip = fakeIgzip(t, 'sleep 1; exec gzip -1nc');
  await packDirectory(dir, file, { igzip });
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 30, `${grown} MiB for 43 MB of files`);
});
