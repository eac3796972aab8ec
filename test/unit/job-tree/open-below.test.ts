import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { allowOwner } from '../../../src/job-tree/allow-owner.ts';
import { JobFolder } from '../../../src/job-tree/job-folder.ts';
import { findFolder, openBelow, openFileBelow, readStartBelow } from '../../../src/job-tree/open-below.ts';
import { writeFileBelow } from '../../../src/job-tree/text-files.ts';
import { walkTree } from '../../../src/job-tree/walk-tree.ts';
import { writeFiles } from '../../support/fakes.ts';
import { temporaryFolder } from '../../support/job.ts';

function openRoot(t: TestContext, files: Readonly<Record<string, string>>) {
  const dir = temporaryFolder(t);
  writeFiles(dir, files);
  const root = JobFolder.open(dir);
  t.after(() => root.close());
  return { dir, root };
}

test('a folder is found below a root; a link in any component is named with its target', (t) => {
  const { dir, root } = openRoot(t, { 'a/b/file': 'content', 'other/b/file': 'secret' });
  const found = findFolder(root, 'a/b').folder;
  assert.deepEqual(found?.names(), ['file']);
  found?.close();
  assert.deepEqual(findFolder(root, 'a/missing'), {});
  symlinkSync('../other\u001b', join(dir, 'a/link'));
  symlinkSync('other', join(dir, 'c'));
  assert.deepEqual(findFolder(root, 'a/link').obstacle, { path: 'a/link', target: '../other\x1b', kind: 'link' });
  assert.deepEqual(findFolder(root, 'c/b').obstacle, { path: 'c', target: 'other', kind: 'link' });
  assert.deepEqual(findFolder(root, 'a/b/file').obstacle, { path: 'a/b/file', target: undefined, kind: 'no folder' });
  assert.throws(() => openBelow(root, 'c/b'), { code: 'ENOTDIR' });
});

test('a folder of another file system is named', (t) => {
  const root = JobFolder.open('/');
  t.after(() => root.close());
  assert.deepEqual(findFolder(root, 'proc').obstacle, { path: 'proc', target: undefined, kind: 'file system' });
});

test('the start of a file is read, and no link on the way is followed', (t) => {
  const { dir, root } = openRoot(t, { 'a/file': 'content', secret: 'secret' });
  assert.equal(readStartBelow(root, 'a/file', 4).toString(), 'cont');
  symlinkSync('../secret', join(dir, 'a/link'));
  symlinkSync('a', join(dir, 'b'));
  assert.throws(() => readStartBelow(root, 'a/link', 4), { code: 'ELOOP' });
  assert.throws(() => readStartBelow(root, 'b/file', 4), { code: 'ENOTDIR' });
  closeSync(openFileBelow(root, 'a/link', { followsLink: true }));
});

test('a file is written below folders that are made, and never through a link', (t) => {
  const { dir, root } = openRoot(t, { secret: 'secret' });
  writeFileBelow(root, 'x/y/file', 'content');
  assert.equal(readStartBelow(root, 'x/y/file', 100).toString(), 'content');
  symlinkSync('../secret', join(dir, 'x/link'));
  symlinkSync('/tmp', join(dir, 'z'));
  assert.throws(() => writeFileBelow(root, 'x/link', 'changed'), { code: 'EEXIST' });
  assert.throws(() => writeFileBelow(root, 'z/file', 'changed'), { code: 'ENOTDIR' });
  assert.equal(readStartBelow(root, 'secret', 100).toString(), 'secret');
});

test('permissions are given to files and folders, and not to what a link leads to', async (t) => {
  const { dir } = openRoot(t, { 'tree/sub/file': '', outside: '' });
  symlinkSync('../outside', join(dir, 'tree/link'));
  for (const [path, mode] of [
    ['outside', 0o4000],
    ['tree/sub/file', 0o4000],
    ['tree/sub', 0],
    ['tree', 0],
  ] as const) {
    chmodSync(join(dir, path), mode);
  }
  await allowOwner(join(dir, 'tree'), 0o600);
  const modes = ['tree', 'tree/sub', 'tree/sub/file', 'outside'].map((path) =>
    (statSync(join(dir, path)).mode & 0o7777).toString(8),
  );
  assert.deepEqual(modes, ['700', '700', '600', '4000']);
});

test('on a system without lookups in open folders, a folder that is replaced is noticed', (t) => {
  const dir = temporaryFolder(t);
  writeFiles(dir, { 'tree/sub/file': 'own', 'other/file': 'secret' });
  const root = JobFolder.open(join(dir, 'tree'), () => undefined);
  t.after(() => root.close());
  assert.deepEqual(
    [...walkTree(root)].map(({ path }) => path),
    ['sub', 'sub/file'],
  );
  assert.equal(readStartBelow(root, 'sub/file', 100).toString(), 'own');
  const sub = root.openFolder('sub');
  t.after(() => sub.close());
  renameSync(join(dir, 'tree/sub'), join(dir, 'tree/moved'));
  symlinkSync('../other', join(dir, 'tree/sub'));
  assert.throws(() => sub.openFile('file'), { code: 'ESTALE' });
  assert.throws(() => sub.removeFile('file'), { code: 'ESTALE' });
  assert.throws(() => root.openFolder('sub'), { code: 'ENOTDIR' });
  assert.deepEqual(readdirSync(join(dir, 'other')), ['file']);
  mkdirSync(join(dir, 'tree/new'));
  writeFileSync(join(dir, 'tree/new/a'), '');
  assert.deepEqual(root.names(), ['moved', 'new', 'sub']);
});
