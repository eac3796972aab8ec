import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { JobFolder } from '../../../src/job-tree/job-folder.ts';
import { walkTree } from '../../../src/job-tree/walk-tree.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'optml-test-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function pathsBelow(path: string): readonly string[] {
  const root = JobFolder.open(path);
  try {
    return [...walkTree(root)].map((entry) => entry.path);
  } finally {
    root.close();
  }
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

test('a tree is walked in the order of the bytes of its names, each folder before its content', () => {
  mkdirSync(join(dir, 'b/inner'), { recursive: true });
  for (const name of ['a', 'b.txt', 'b/z', 'b/inner/x', 'B']) writeFileSync(join(dir, name), '');
  assert.deepEqual(pathsBelow(dir), ['B', 'a', 'b', 'b/inner', 'b/inner/x', 'b/z', 'b.txt']);
});

test('links are entries, and are not followed', () => {
  mkdirSync(join(dir, 'tree'));
  writeFileSync(join(dir, 'outside'), 'secret');
  symlinkSync('..', join(dir, 'tree/up'));
  symlinkSync('../outside', join(dir, 'tree/file'));
  assert.deepEqual(pathsBelow(join(dir, 'tree')), ['file', 'up']);
  symlinkSync('tree', join(dir, 'root'));
  assert.throws(() => JobFolder.open(join(dir, 'root')), { code: 'ENOTDIR' });
});

test('a tree with more levels than folders may be open is walked with few open files', () => {
  const levels = 500;
  mkdirSync(join(dir, 'd/'.repeat(levels)), { recursive: true });
  for (let level = 0; level < levels; level++) writeFileSync(join(dir, 'd/'.repeat(level), 'file'), '');
  const before = openDescriptors();
  const root = JobFolder.open(dir);
  let most = 0;
  let files = 0;
  for (const { name } of walkTree(root)) {
    most = Math.max(most, openDescriptors() - before);
    if (name === 'file') files++;
  }
  root.close();
  assert.equal(files, levels);
  assert.ok(most < 100, `${most} were open at the same time`);
  assert.equal(openDescriptors(), before);
});

test('a folder that is moved out of the tree while it is walked leads nowhere else', () => {
  mkdirSync(join(dir, 'tree/a', 'x/'.repeat(100)), { recursive: true });
  // What comes after the inner folder makes the walk come back.
  for (let level = 0; level < 100; level++) writeFileSync(join(dir, 'tree/a', 'x/'.repeat(level), 'z'), '');
  writeFileSync(join(dir, 'tree/later'), '');
  mkdirSync(join(dir, 'elsewhere'));
  writeFileSync(join(dir, 'elsewhere/secret'), '');
  const root = JobFolder.open(join(dir, 'tree'));
  const seen: string[] = [];
  const walk = () => {
    for (const { path } of walkTree(root)) {
      seen.push(path);
      if (path.endsWith('x') && path.split('/').length === 100)
        renameSync(join(dir, 'tree/a/x'), join(dir, 'elsewhere/x'));
    }
  };
  assert.throws(walk, { code: 'ESTALE' });
  root.close();
  assert.ok(!seen.some((path) => path.includes('secret')));
});
