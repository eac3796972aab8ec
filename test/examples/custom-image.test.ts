// Its images are built and run by test/container/custom-image.test.ts.
import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

test('the source of custom-image type-checks', async (t) => {
  const dir = join(temporaryFolder(t), 'source');
  const source = join(ROOT, 'examples', 'custom-image', 'src');
  cpSync(source, dir, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const install = ['npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund'];
  const installed = await runWords(t, install, { variables: process.env, cwd: dir });
  assert.equal(installed.code, 0, installed.stderr);
  symlinkSync(ROOT, join(dir, 'node_modules', 'optml'));
  const checked = await runWords(t, [join(ROOT, 'node_modules', '.bin', 'tsc'), '-p', join(dir, 'tsconfig.json')]);
  assert.equal(checked.code, 0, checked.stdout);
});
