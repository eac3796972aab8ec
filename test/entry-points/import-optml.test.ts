import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeJob, ROOT, runJob, temporaryFolder } from '../support/job.ts';
import { OPTML_PROGRAMS } from '../support/optml-programs.ts';
import { runWords } from '../support/run.ts';

const HPS = { hyperparameters: { epochs: '3' } };

const [major = 0] = process.versions.node.split('.').map(Number);

for (const { title, program, files, lines, sinceNode = 0 } of OPTML_PROGRAMS) {
  const skip = major < sinceNode && `SKIPPED: works from Node ${sinceNode} on`;
  test(`optml is found by a program that has none installed: ${title}`, { skip }, async (t) => {
    const result = await runJob(t, { ...HPS, program, files });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'ok true\n'.repeat(lines));
    assert.doesNotMatch(result.stderr, /Warning/);
  });
}

const OWN_CJS = {
  'code/node_modules/optml/package.json': '{"name": "optml", "version": "9.9.9"}',
  'code/node_modules/optml/index.js': 'exports.own = "own";',
};

for (const [program, text] of [
  ['train.mjs', "import optml from 'optml'; console.log(optml.own);"],
  ['train.cjs', "console.log(require('optml').own);"],
  ['train.ts', "import { own } from 'optml'; console.log(own);"],
] as const) {
  test(`the program's own optml wins: ${program}`, async (t) => {
    const result = await runJob(t, { program, files: { [`code/${program}`]: text, ...OWN_CJS } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'own\n');
  });
}

test("an optml of a worker's own folder wins over ours", async (t) => {
  const files = {
    'code/train.mjs': "import 'optml'; import './sub/part.mjs';",
    'code/sub/part.mjs': "import optml from 'optml'; console.log(optml.own);",
    'code/sub/node_modules/optml/package.json': '{"name": "optml"}',
    'code/sub/node_modules/optml/index.js': 'exports.own = "own";',
  };
  assert.equal((await runJob(t, { program: 'train.mjs', files })).stdout, 'own\n');
});

test('another name that does not exist is still an error', async (t) => {
  for (const [program, text] of [
    ['train.mjs', "import 'optml/no-such';"],
    ['train.cjs', "require('optml-other');"],
  ] as const) {
    const result = await runJob(t, { program, files: { [`code/${program}`]: text } });
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', /Cannot find (package|module) '(optml|optml-other)'/);
  }
});

test('optml is found also where it is installed in a folder whose name holds a space and a percent sign', async (t) => {
  const home = join(temporaryFolder(t), 'odd 100% #place');
  cpSync(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(home, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  for (const { program, files } of OPTML_PROGRAMS.filter(({ title }) => /in \.(mjs|cjs|ts)$/.test(title))) {
    const base = makeJob(t, { ...HPS, program, files });
    const variables = { SAGEMAKER_BASE_DIR: base, HOME: base, OPTML_PACKAGE: 'never' };
    const result = await runWords(t, [process.execPath, join(home, 'dist', 'bin', 'train.cjs')], { variables });
    assert.equal(result.stdout, 'ok true\n', `${program}: ${result.stderr}`);
  }
});
