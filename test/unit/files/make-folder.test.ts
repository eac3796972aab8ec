import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../../../src/files/make-folder.ts';
import { temporaryFolder } from '../../support/job.ts';

test('a folder is made with those above it, and may exist', (t) => {
  const dir = join(temporaryFolder(t), 'a', 'b', 'c');
  makeFolder(dir, 0o700);
  makeFolder(dir);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
});

test('a file in the way, or in the path, is an error', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  assert.throws(() => makeFolder(join(dir, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(dir, 'file', 'a', 'b')), { code: 'ENOTDIR' });
});

test('a system that allows no new names is an error, and ends', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(() => makeFolder('/proc/no-such-folder/a'), { code: 'ENOENT' });
});
