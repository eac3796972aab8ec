import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clearSuccess, writeFailure, writeSuccess } from '../../../src/outcome/marker-files.ts';
import { temporaryFolder } from '../../support/job.ts';

test('the success file is empty, and its folder is made', (t) => {
  const file = join(temporaryFolder(t), 'output', 'success');
  writeSuccess(file);
  assert.equal(readFileSync(file, 'utf8'), '');
});

test('a success file of an earlier run is removed; without one nothing happens', (t) => {
  const file = join(temporaryFolder(t), 'success');
  clearSuccess(file);
  writeSuccess(file);
  clearSuccess(file);
  assert.equal(existsSync(file), false);
});

test('a success file that cannot be removed is an error: it would tell a lie', (t) => {
  const file = join(temporaryFolder(t), 'success');
  mkdirSync(file);
  assert.throws(() => clearSuccess(file), {
    code: 'DISK_WRITE_FAILED',
    where: file,
    message: /^the success file of an earlier run cannot be removed: /,
  });
});

test('a success file that cannot be written is an error (C71)', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'output'), '');
  assert.throws(() => writeSuccess(join(dir, 'output', 'success')), {
    code: 'DISK_WRITE_FAILED',
    message: /^the success file cannot be written: /,
  });
});

test('the failure file is written whole, with nothing beside it', (t) => {
  const dir = join(temporaryFolder(t), 'output');
  assert.equal(writeFailure(join(dir, 'failure'), 'é\nwhy'), true);
  assert.equal(readFileSync(join(dir, 'failure'), 'utf8'), 'é\nwhy');
  assert.deepEqual(readdirSync(dir), ['failure']);
});

test('a failure file that exists is kept, also an empty one (C51)', (t) => {
  const file = join(temporaryFolder(t), 'failure');
  for (const own of ['the script said so', '']) {
    writeFileSync(file, own);
    assert.equal(writeFailure(file, 'ours'), false);
    assert.equal(readFileSync(file, 'utf8'), own);
  }
});

test('a failure file that cannot be written is an error that leaves nothing behind', (t) => {
  const dir = temporaryFolder(t);
  // The name beside it fits, this one does not.
  const file = join(dir, 'f'.repeat(300));
  assert.throws(() => writeFailure(file, 'why'), { code: 'DISK_WRITE_FAILED', where: file });
  assert.deepEqual(readdirSync(dir), []);
});

test('links and named pipes in place of outcome files are removed or replaced, never written through', (t) => {
  const dir = temporaryFolder(t);
  const canary = join(dir, 'canary');
  writeFileSync(canary, 'outside');
  const file = join(dir, 'marker');
  const kinds: readonly (() => void)[] = [
    () => symlinkSync(canary, file),
    () => symlinkSync('nothing', file),
    () => symlinkSync('marker', file),
    () => void execFileSync('mkfifo', [file]),
  ];
  for (const put of kinds) {
    put();
    clearSuccess(file);
    assert.equal(lstatSync(file, { throwIfNoEntry: false }), undefined);
    put();
    writeSuccess(file);
    assert.equal(lstatSync(file).isFile(), true);
    clearSuccess(file);
    put();
    assert.equal(writeFailure(file, 'why'), true);
    assert.equal(lstatSync(file).isFile(), true);
    assert.equal(readFileSync(file, 'utf8'), 'why');
    clearSuccess(file);
  }
  assert.equal(readFileSync(canary, 'utf8'), 'outside');
});

test('a folder in place of the failure file is an error', (t) => {
  const file = join(temporaryFolder(t), 'failure');
  mkdirSync(file);
  assert.throws(() => writeFailure(file, 'why'), { code: 'DISK_WRITE_FAILED', where: file });
});
