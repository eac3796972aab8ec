import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EMPTY_ARCHIVE, isEmptyDirectory, writeEmptyArchive } from '../../../src/artifacts/empty-archive.ts';
import { temporaryFolder } from '../../support/job.ts';

test('the empty archive is a gzipped tar archive: two blocks of zeros', () => {
  assert.deepEqual(gunzipSync(EMPTY_ARCHIVE), Buffer.alloc(1024));
});

test('an empty archive is written whole under its name, folders on the way are made', (t) => {
  const file = join(temporaryFolder(t), 'a', 'b', 'model.tar.gz');
  assert.equal(writeEmptyArchive(file), EMPTY_ARCHIVE.length);
  assert.deepEqual(readFileSync(file), EMPTY_ARCHIVE);
  assert.deepEqual(readdirSync(join(file, '..')), ['model.tar.gz']);
});

test('where it cannot be written, the caller gets the error', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  assert.equal(writeEmptyArchive(join(dir, 'file', 'model.tar.gz')), undefined);
});

test('a folder is empty when it is not there, or holds only what is left out', (t) => {
  const dir = join(temporaryFolder(t), 'model');
  assert.equal(isEmptyDirectory(dir, []), true);
  mkdirSync(dir);
  assert.equal(isEmptyDirectory(dir, []), true);
  writeFileSync(join(dir, 'model.tar.gz'), '');
  assert.equal(isEmptyDirectory(dir, [join(dir, 'model.tar.gz')]), true);
  assert.equal(isEmptyDirectory(dir, []), false);
});

test('a link to an empty folder is no empty folder', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'elsewhere'));
  symlinkSync('elsewhere', join(dir, 'model'));
  assert.equal(isEmptyDirectory(join(dir, 'model'), []), false);
});

test('a file is no empty folder', (t) => {
  const file = join(temporaryFolder(t), 'model');
  writeFileSync(file, '');
  assert.equal(isEmptyDirectory(file, []), false);
});
