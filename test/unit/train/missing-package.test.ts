import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { missingPackageNote } from '../../../src/train/missing-package.ts';
import { temporaryFolder } from '../../support/job.ts';

/** What Node itself prints for a program, and the note on it. */
function noteOn(t: TestContext, program: string, files: Readonly<Record<string, string>>): string | undefined {
  const codeDir = temporaryFolder(t);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(codeDir, path)), { recursive: true });
    writeFileSync(join(codeDir, path), content);
  }
  const { stderr, status } = spawnSync(process.execPath, [program], { cwd: codeDir, encoding: 'utf8' });
  assert.notEqual(status, 0);
  return missingPackageNote(stderr, codeDir);
}

const CASES = [
  {
    title: 'no package.json at all',
    program: 'train.mjs',
    files: { 'train.mjs': 'import "left-pad";' },
    note: '"left-pad" is not installed: there is no package.json beside train.mjs or above it. Add one with the dependency "left-pad", or copy node_modules into the source',
  },
  {
    title: 'a package.json above that does not list it, required by a file',
    program: 'src/train.cjs',
    files: { 'package.json': '{"dependencies":{"other":"1"}}', 'src/train.cjs': 'require("@scope/pad/sub");' },
    note: '"@scope/pad" is not installed: package.json does not list it. Add it to the dependencies there: npm install @scope/pad',
  },
  {
    title: 'a package.json that lists it for development only',
    program: 'src/train.mjs',
    files: { 'src/package.json': '{"devDependencies":{"pad":"1"}}', 'src/train.mjs': 'import "pad";' },
    note: '"pad" is not installed: src/package.json lists it in devDependencies. Move it to dependencies',
  },
  {
    title: 'a package.json beside another file, which train does not install',
    program: 'train.mjs',
    files: {
      'lib/package.json': '{"type":"module","dependencies":{"pad":"1"}}',
      'lib/index.js': 'import "pad";',
      'train.mjs': 'import "./lib/index.js";',
    },
    note: '"pad" is a dependency in lib/package.json, but is not installed. train installs the packages of the program\'s folder and of those above it: make this folder a workspace of one of them, or copy node_modules into the source',
  },
  {
    title: 'a path, which is no package',
    program: 'train.mjs',
    files: { 'train.mjs': 'import "./missing.js";' },
    note: undefined,
  },
  {
    title: 'a package that lacks a dependency of its own',
    program: 'train.cjs',
    files: { 'node_modules/pad/index.js': 'require("inner");', 'train.cjs': 'require("pad");' },
    note: undefined,
  },
];

for (const { title, program, files, note } of CASES) {
  test(`a missing module: ${title}`, (t) => {
    assert.equal(noteOn(t, program, files as Readonly<Record<string, string>>), note);
  });
}
