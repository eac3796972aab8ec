import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HASH_FILE, sourceHash } from '../../.build/source-hash.mjs';
import { writeFiles } from '../support/fakes.ts';
import { requireFreshBuild } from '../support/fresh-build.ts';
import { temporaryFolder } from '../support/job.ts';

/** A repository whose build has just ended. */
function builtRepository(t: TestContext): string {
  const root = temporaryFolder(t);
  writeFiles(root, {
    '.build/bundle.mjs': '',
    'src/bin/train.ts': 'train();\n',
    'package.json': '{}',
    'package-lock.json': '{}',
    'tsconfig.json': '{}',
    [HASH_FILE]: '',
  });
  writeFileSync(join(root, HASH_FILE), sourceHash(root));
  return root;
}

test('a build of the present sources is accepted', (t) => {
  requireFreshBuild(builtRepository(t));
});

for (const [what, file, content] of [
  ['a source has changed', 'src/bin/train.ts', 'train(1);\n'],
  ['there is a new source', 'src/new.ts', ''],
  ['the bundler has changed', '.build/bundle.mjs', '//\n'],
  ['the manifest has changed', 'package.json', '{ }'],
] as const) {
  test(`a build is stale if ${what}`, (t) => {
    const root = builtRepository(t);
    writeFileSync(join(root, file), content);
    const message = 'dist/ is older than its sources. Run "npm run build".';
    assert.throws(() => requireFreshBuild(root), { message });
  });
}

test('a build is stale if a source has been moved', (t) => {
  const root = builtRepository(t);
  rmSync(join(root, 'src/bin/train.ts'));
  writeFileSync(join(root, 'src/train.ts'), 'train();\n');
  assert.throws(() => requireFreshBuild(root), /older than its sources/);
});

test('a build that did not end is no build', (t) => {
  const root = builtRepository(t);
  rmSync(join(root, HASH_FILE));
  assert.throws(() => requireFreshBuild(root), { message: 'dist/ is missing or incomplete. Run "npm run build".' });
});
