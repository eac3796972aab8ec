// The script that looks for phrases of test/lint/word-list.txt.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../../support/job.ts';

const LIST = 'anew -> again\nis to be -> can, must or should\nis to be had -> is available\n';

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder(t);
  write(root, { 'test/lint/word-list.txt': LIST, ...files });
  return root;
}

function words(...args: readonly string[]) {
  const script = join(ROOT, 'test/lint/words.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const FAILED = 'Reword them as the suggestions say. Only moved text? Run "npm run lint:words -- --update".\n';

test('prints file, line, phrase and suggestion of each hit, also of one that a line break divides', (t) => {
  const root = project(t, {
    'src/a/b.ts': '// Is written anew.\nconst renewed = 1;\n/**\n * What is to\n * be had.\n */\n',
    'docs/x.md': 'It is to be\nAnew.\n',
    'test/y.ts': 'const ANEW = 1;\n',
    'test/lint/y.ts': '// anew\n',
  });
  assert.deepEqual(words(root), {
    status: 1,
    stdout: [
      'docs/x.md:1: "is to be" -> can, must or should',
      'docs/x.md:2: "anew" -> again',
      'src/a/b.ts:1: "anew" -> again',
      'src/a/b.ts:4: "is to be had" -> is available',
      '',
    ].join('\n'),
    stderr: FAILED,
  });
});

test('hits of the baseline pass, and one more of a phrase in the same file does not', (t) => {
  const root = project(t, { 'src/a.ts': '// anew\n' });
  assert.equal(words('--update', root).status, 0);
  assert.deepEqual(words(root), {
    status: 0,
    stdout: '1 files, 1 old hits (1 in the baseline), no new ones\n',
    stderr: '',
  });
  write(root, { 'src/a.ts': '// anew, anew\n' });
  const hit = 'src/a.ts:1: "anew" -> again  (1 of these 2 are old)\n';
  assert.deepEqual(words(root), { status: 1, stdout: hit + hit, stderr: FAILED });
});

test('an update takes a moved hit and fewer hits, and refuses more of a phrase', (t) => {
  const root = project(t, { 'src/a.ts': '// anew, anew\n' });
  words('--update', root);
  rmSync(join(root, 'src/a.ts'));
  write(root, { 'src/b.ts': '// anew\n' });
  assert.equal(words(root).status, 1);
  assert.deepEqual(words('--update', root), { status: 0, stdout: '1 hits are in the baseline\n', stderr: '' });
  write(root, { 'src/c.ts': '// anew\n' });
  const before = readFileSync(join(root, 'test/lint/word-baseline.json'), 'utf8');
  assert.deepEqual(words('--update', root), {
    status: 1,
    stdout: '',
    stderr: 'The baseline can only shrink: "anew" 1 -> 2. Run without --update to see where.\n',
  });
  assert.equal(readFileSync(join(root, 'test/lint/word-baseline.json'), 'utf8'), before);
});

test('an update takes the hits of a phrase that is new in the list', (t) => {
  const root = project(t, { 'src/a.ts': '// thereof\n' });
  words('--update', root);
  write(root, { 'test/lint/word-list.txt': `${LIST}thereof -> of it\n` });
  assert.equal(words(root).status, 1);
  assert.equal(words('--update', root).status, 0);
  assert.equal(words(root).status, 0);
});

test('a line of the list that is none is an error with its number', (t) => {
  const root = project(t, { 'test/lint/word-list.txt': 'anew -> again\nanew\n' });
  assert.deepEqual(words(root), {
    status: 2,
    stdout: '',
    stderr: 'test/lint/word-list.txt:2: expected "phrase -> suggestion", got "anew"\n',
  });
});
