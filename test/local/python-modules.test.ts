import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPythonModules } from '../../src/local/aliases/python-modules.ts';
import { temporaryFolder } from '../support/job.ts';

const MODULES = ['json', 'no_module_but_a_folder', 'no_module_but_a_file'].map((module) => ({
  module,
  distribution: module,
}));

test('files and folders of the working directory are no modules of Python, and are not run', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'no_module_but_a_folder'));
  writeFileSync(join(dir, 'no_module_but_a_file.py'), '');
  writeFileSync(join(dir, 'json.py'), 'open("was-run", "w")\n');
  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(dir);
  const { PATH, HOME } = process.env;
  const found = await findPythonModules(MODULES, { PATH, HOME }, new AbortController().signal);
  assert.match(found?.version ?? '', /^3\.\d+/);
  assert.deepEqual([...(found?.modules.keys() ?? [])], ['json']);
  assert.ok(!existsSync(join(dir, 'was-run')));
});
