import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findOnPath, isExecutableFile } from '../../../src/process/find-on-path.ts';
import { temporaryFolder } from '../../support/job.ts';

function folders(t: TestContext): { readonly first: string; readonly second: string } {
  const dir = temporaryFolder(t);
  const [first, second] = [join(dir, 'first'), join(dir, 'second')];
  for (const folder of [first, second]) mkdirSync(folder);
  return { first, second };
}

function executable(file: string, mode = 0o755): void {
  writeFileSync(file, '');
  chmodSync(file, mode);
}

test('the first executable of that name on PATH is found', (t) => {
  const { first, second } = folders(t);
  executable(join(second, 'tool'));
  assert.equal(findOnPath('tool', { PATH: `${first}:${second}` }), join(second, 'tool'));
  executable(join(first, 'tool'));
  assert.equal(findOnPath('tool', { PATH: `${first}:${second}` }), join(first, 'tool'));
});

test('what is a folder, not executable, or a link to nothing is passed over', (t) => {
  const { first, second } = folders(t);
  executable(join(second, 'tool'));
  const PATH = `${first}:${second}`;
  mkdirSync(join(first, 'tool'));
  assert.equal(findOnPath('tool', { PATH }), join(second, 'tool'));
  executable(join(first, 'plain'), 0o644);
  assert.equal(findOnPath('plain', { PATH }), undefined);
  symlinkSync(join(first, 'nowhere'), join(first, 'dangling'));
  assert.equal(findOnPath('dangling', { PATH }), undefined);
});

test('a link to an executable counts', (t) => {
  const { first, second } = folders(t);
  executable(join(second, 'tool'));
  symlinkSync(join(second, 'tool'), join(first, 'link'));
  assert.equal(findOnPath('link', { PATH: first }), join(first, 'link'));
});

test('empty and missing folders of PATH, and no PATH at all, hold nothing', (t) => {
  const { first } = folders(t);
  executable(join(first, 'tool'));
  assert.equal(findOnPath('tool', { PATH: `::/no/such/folder:${first}` }), join(first, 'tool'));
  assert.equal(findOnPath('tool', {}), undefined);
  assert.equal(findOnPath('tool', { PATH: '' }), undefined, 'the working directory is not searched');
});

test('an executable file is a regular one that may be executed', (t) => {
  const { first } = folders(t);
  executable(join(first, 'yes'));
  executable(join(first, 'no'), 0o600);
  assert.deepEqual(
    [join(first, 'yes'), join(first, 'no'), first, join(first, 'none'), join(first, 'yes', 'below')].map(
      isExecutableFile,
    ),
    [true, false, false, false, false],
  );
});
