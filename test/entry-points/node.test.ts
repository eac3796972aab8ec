import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '../support/job.ts';

const CJS =
  'const path = require("node:path"); console.log("cjs", path.basename(__filename), process.argv.slice(2).join(" "));';
const ESM =
  'import { basename } from "node:path"; console.log("esm", basename(new URL(import.meta.url).pathname), process.argv.slice(2).join(" "));';
const MODULE = { 'code/package.json': '{"type": "module"}' };
const HPS = { hyperparameters: { epochs: '3' } };

for (const [program, text, expected, more] of [
  ['train.js', CJS, 'cjs train.js --epochs 3\n', {}],
  ['train.cjs', CJS, 'cjs train.cjs --epochs 3\n', MODULE],
  ['train.mjs', ESM, 'esm train.mjs --epochs 3\n', {}],
  ['train.js', ESM, 'esm train.js --epochs 3\n', MODULE],
  ['sub/-dash.mjs', ESM, 'esm -dash.mjs --epochs 3\n', {}],
  ['-dash.js', CJS, 'cjs -dash.js --epochs 3\n', {}],
  ['a b$(x).js', CJS, 'cjs a b$(x).js --epochs 3\n', {}],
] as const) {
  test(`a JavaScript program is run by Node: ${program}, ${expected.slice(0, 3)}`, async (t) => {
    const result = await runJob(t, { ...HPS, program, files: { [`code/${program}`]: text, ...more } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, expected);
  });
}

const TYPES =
  'enum Phase { Warm = 3 }\nnamespace Names { export const word: string = "typed"; }\nclass Box { constructor(readonly value: Phase) {} }\nconst box: Box = new Box(Phase.Warm);\n';
const SAY = 'console.log(Names.word, Phase[box.value], process.argv.slice(2).join(" "));\n';

for (const [program, text, more] of [
  ['train.ts', `import { join } from "node:path";\n${TYPES}${SAY}join("a");`, {}],
  ['train.ts', `import { join } from "node:path";\n${TYPES}await Promise.resolve();\n${SAY}join("a");`, MODULE],
  ['train.mts', `${TYPES}await Promise.resolve();\n${SAY}export {};`, {}],
  ['train.cts', `import path = require("node:path");\n${TYPES}${SAY}path.join("a", __filename);`, MODULE],
  ['-dash.ts', `${TYPES}${SAY}`, {}],
  ['a b#%20.ts', `${TYPES}${SAY}`, {}],
] as const) {
  test(`a TypeScript program runs through tsx, enums included: ${program}${more === MODULE ? ' in a module package' : ''}`, async (t) => {
    const result = await runJob(t, { ...HPS, program, files: { [`code/${program}`]: text, ...more } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'typed Warm --epochs 3\n');
    assert.doesNotMatch(result.stderr, /Warning/);
  });
}

const AWAITS =
  'import { basename } from "node:path";\nimport { late } from "./late";\nconst word: string = await Promise.resolve("awaited");\nconsole.log(word, late, basename(new URL(import.meta.url).pathname));\n';
const LATE = { 'code/late.ts': 'export const late: number = await Promise.resolve(7);\n' };

for (const [where, files] of [
  ['without a package.json', LATE],
  ['whose package.json has no type', { ...LATE, 'code/package.json': '{"name": "trainer"}' }],
] as const) {
  test(`a TypeScript program with top-level await runs as an ES module ${where}`, async (t) => {
    const result = await runJob(t, { program: 'train.ts', files: { ...files, 'code/train.ts': AWAITS } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'awaited 7 train.ts\n');
  });
}

test('a TypeScript program that awaits only in functions stays CommonJS', async (t) => {
  const text =
    'import { basename } from "node:path";\n// await nothing\nasync function main(): Promise<void> {\n  await null;\n  console.log(typeof require, basename(__filename));\n}\nvoid main();\n';
  const result = await runJob(t, { program: 'train.ts', files: { 'code/train.ts': text } });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'function train.ts\n');
});

test('a package.json that says "commonjs" stays right: top-level await is an error', async (t) => {
  const files = { ...LATE, 'code/package.json': '{"type": "commonjs"}', 'code/train.ts': AWAITS };
  const result = await runJob(t, { program: 'train.ts', files });
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /Top-level await/);
});

const JSX =
  'function h(tag: string) { return "<" + tag + ">"; }\nconst it = <loss />;\nconsole.log(it, process.argv.slice(2).join(" "));\n';
const H = { 'code/tsconfig.json': '{"compilerOptions": {"allowJs": true, "jsx": "react", "jsxFactory": "h"}}' };

for (const [program, text] of [
  ['train.tsx', JSX],
  ['train.jsx', JSX.replace(': string', '')],
] as const) {
  test(`a program with JSX runs through tsx, also where Node strips types itself: ${program}`, async (t) => {
    const files = { ...H, [`code/${program}`]: text };
    for (const typescript of ['tsx', 'node']) {
      const result = await runJob(t, { ...HPS, program, files }, { OPTML_TYPESCRIPT: typescript });
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, '<loss> --epochs 3\n');
    }
  });
}

test('a TypeScript program uses the paths of its tsconfig.json and imports without endings', async (t) => {
  const files = {
    'code/tsconfig.json': '{"compilerOptions": {"paths": {"@lib/*": ["./lib/*"]}}}',
    'code/lib/model.ts':
      'export interface Model { readonly name: string }\nexport const model: Model = { name: "by path" };\n',
    'code/other.ts': 'export const other: string = "without ending";\n',
    'code/train.ts':
      'import { type Model, model } from "@lib/model";\nimport { other } from "./other";\nconst it: Model = model;\nconsole.log(it.name, other);\n',
  };
  const result = await runJob(t, { program: 'train.ts', files });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'by path without ending\n');
});

for (const program of ['train.js', 'train.mjs', 'train.ts']) {
  test(`a Node program beside a setup.py stays a Node program: ${program}`, async (t) => {
    const files = {
      'code/setup.py': 'raise SystemExit(9)\n',
      'code/requirements.txt': 'no-such-package',
      [`code/${program}`]: 'console.log("node");',
    };
    const result = await runJob(t, { program, files });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'node\n');
  });
}

test('an error of a TypeScript program is reported with its place in the source, and its exit code kept', async (t) => {
  const files = {
    'code/train.ts': 'interface A { a: number }\n\nconst a: A = { a: 1 };\nthrow new RangeError("no " + a.a);\n',
  };
  const result = await runJob(t, { program: 'train.ts', files });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "RangeError: no 1 \(train\.ts, line 4, column \d+\)/,
  );
});

const [major = 0] = process.versions.node.split('.').map(Number);

test('OPTML_TYPESCRIPT=node on a Node without type stripping is a clear error', {
  skip: major >= 22 && 'SKIPPED: this Node strips types',
}, async (t) => {
  const result = await runJob(t, { program: 'train.ts', files: { 'code/train.ts': '' } }, { OPTML_TYPESCRIPT: 'node' });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /^UserError SETTING_INVALID: OPTML_TYPESCRIPT=node needs Node 22\.6 or newer, this is 20\./,
  );
  assert.match(result.failure ?? '', /^Fix: Leave OPTML_TYPESCRIPT out, so that tsx runs the program/m);
});
