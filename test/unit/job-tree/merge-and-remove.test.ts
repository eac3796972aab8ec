import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { JobFolder } from '../../../src/job-tree/job-folder.ts';
import { mergeFolders } from '../../../src/job-tree/merge-folders.ts';
import { removePath } from '../../../src/job-tree/remove-tree.ts';
import { writeFiles } from '../../support/fakes.ts';
import { temporaryFolder } from '../../support/job.ts';

async function merge(dir: string): Promise<readonly string[]> {
  const [from, into] = [JobFolder.open(join(dir, 'from')), JobFolder.open(join(dir, 'into'))];
  return await mergeFolders(from, into, new AbortController().signal).finally(() => {
    from.close();
    into.close();
  });
}

function withVictim(t: TestContext) {
  const dir = temporaryFolder(t);
  writeFiles(dir, { 'victim/precious': 'p', 'from/own': 'f', 'into/own': 'i' });
  return { dir, victim: () => readdirSync(join(dir, 'victim')) };
}

test('folders are merged, the later file is kept, and the clashes are named', async (t) => {
  const dir = temporaryFolder(t);
  writeFiles(dir, {
    ...{ 'from/a': 'new', 'from/sub/b': 'new', 'from/sub/deep/c': 'new', 'from/only/d': 'new', 'from/file': 'new' },
    ...{ 'into/a': 'old', 'into/sub/b': 'old', 'into/sub/kept': 'old', 'into/file/inner': 'old' },
  });
  assert.deepEqual(await merge(dir), ['a', 'file', 'sub/b']);
  const found = ['a', 'sub/b', 'sub/deep/c', 'only/d', 'file', 'sub/kept'].map((path) =>
    readFileSync(join(dir, 'into', path), 'utf8'),
  );
  assert.deepEqual(found, ['new', 'new', 'new', 'new', 'new', 'old']);
});

test('a link to a folder is moved as a link, and replaced as a link', async (t) => {
  const { dir, victim } = withVictim(t);
  symlinkSync('../victim', join(dir, 'from/a'));
  mkdirSync(join(dir, 'into/a'));
  symlinkSync('../victim', join(dir, 'into/b'));
  mkdirSync(join(dir, 'from/b'));
  assert.deepEqual(await merge(dir), ['a', 'b', 'own']);
  assert.deepEqual(victim(), ['precious']);
});

test('a tree deeper than any path, with links and without permissions, is removed, and nothing else', async (t) => {
  const { dir, victim } = withVictim(t);
  // Deeper than a path of 4,096 bytes may lead.
  execFileSync(
    'bash',
    ['-c', 'mkdir tree; cd tree; for i in $(seq 60); do mkdir $0; cd $0; done; echo x > file', 'd'.repeat(100)],
    {
      cwd: dir,
    },
  );
  symlinkSync('../victim', join(dir, 'tree/link'));
  mkdirSync(join(dir, 'tree/closed'));
  writeFileSync(join(dir, 'tree/closed/file'), '');
  chmodSync(join(dir, 'tree/closed'), 0);
  await removePath(join(dir, 'tree'));
  assert.equal(existsSync(join(dir, 'tree')), false);
  assert.deepEqual(victim(), ['precious']);
  symlinkSync('victim', join(dir, 'root'));
  await removePath(join(dir, 'root'));
  await removePath(join(dir, 'missing'));
  assert.deepEqual(victim(), ['precious']);
});
