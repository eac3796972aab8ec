import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OptmlError } from '../../../src/errors/error.ts';
import { quoteWord } from '../../../src/process/quote-command.ts';
import { splitCommand } from '../../../src/validate/command-words.ts';
import { chooseTarget, isProjectFolder } from '../../../src/validate/target.ts';
import { temporaryFolder } from '../../support/job.ts';

test('a command is split into words as a shell would do it, and nothing is expanded', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    './train': ['./train'],
    'python3  train.py --name "a b"': ['python3', 'train.py', '--name', 'a b'],
    [`sh -c 'echo "$HOME"'`]: ['sh', '-c', 'echo "$HOME"'],
    [`a\\ b "c\\"d" e'f'"g"`]: ['a b', 'c"d', 'efg'],
    '  ': [],
  };
  for (const [text, command] of Object.entries(cases)) assert.deepEqual(splitCommand(text), command, text);
});

test('a word is a project folder by its form, or where a folder of that name is; else an image', (t) => {
  const dir = temporaryFolder(t);
  assert.ok(['.', '..', './x', '/x', '../x', 'file:///x'].every((word) => isProjectFolder(word, dir)));
  assert.ok(!isProjectFolder('my-image:1', dir) && !isProjectFolder('a/b', dir));
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'file'), '');
  assert.deepEqual([isProjectFolder('project', dir), isProjectFolder('file', dir)], [true, false]);
});

test('there is exactly one target: given, or the one that the job names', (t) => {
  const dir = temporaryFolder(t);
  assert.equal(chooseTarget({ image: 'x', baseDir: dir }, 'y').name, 'x');
  assert.equal(chooseTarget({ baseDir: dir }, 'y').name, 'y');
  assert.deepEqual(chooseTarget({ baseDir: dir }, `file://${dir}`), { kind: 'project', dir, name: dir });
  assert.deepEqual(chooseTarget({ project: '.', baseDir: dir }, 'y'), { kind: 'project', dir, name: dir });
  assert.deepEqual(chooseTarget({ command: ['/bin/true', '-x'], baseDir: dir }, 'y'), {
    kind: 'command',
    command: ['/bin/true', '-x'],
    name: '/bin/true -x',
  });
  for (const [options, message] of [
    [{}, /the target of the validation is missing/],
    [{ image: 'x', command: ['y'] }, /cannot be validated together/],
    [{ command: [] }, /the command has no words/],
    [{ project: join(dir, 'none') }, /there is no project folder/],
  ] as const) {
    assert.throws(() => chooseTarget({ ...options, baseDir: dir }, undefined), { code: 'USAGE', exitCode: 2, message });
  }
});

test('a command with shell syntax is an error that gives the call of a shell; quoted it is a word', () => {
  for (const text of ['cd x && ./train', './train > log', './train | tee log', 'cd x; ./train', 'A=1 ./train']) {
    const fix = `Pass --command ${quoteWord(`sh -c ${quoteWord(text)}`)}`;
    assert.throws(() => splitCommand(text), { code: 'USAGE', fix, message: /--command runs without a shell/ });
  }
  assert.deepEqual(splitCommand(`./train '&&' a=1 "x;"`), ['./train', '&&', 'a=1', 'x;']);
});

test('a script that is missing here is an error; one elsewhere on the machine, and words that are no script, are not', (t) => {
  const dir = temporaryFolder(t);
  const choose = (...command: readonly string[]) => chooseTarget({ command, baseDir: dir }, undefined);
  assert.throws(() => choose('python3', '-u', 'src/trian.py'), {
    code: 'USAGE',
    message: /there is no file src\/trian\.py in /,
  });
  writeFileSync(join(dir, 'train.py'), '');
  for (const words of [['train.py'], ['/opt/ml/code/train.py'], ['-m', 'package'], ['-c', 'print(1)']])
    assert.equal(choose('python3', ...words).kind, 'command');
});

test('a file in the place of an image, also a missing one, is an error that says how to give it', (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'project'));
  const cases = {
    'job.json': /^Give a job file as --job job\.json\./,
    'project/Dockerfile': /^Give the folder of the Dockerfile: project\./,
    'train.py': /--command "python3 train\.py"/,
  };
  for (const [image, fix] of Object.entries(cases)) {
    if (image !== 'job.json') writeFileSync(join(dir, image), '');
    assert.throws(
      () => chooseTarget({ image, baseDir: dir }, undefined),
      (error: OptmlError) => error.message.endsWith(`${image} is a file, not an image`) && fix.test(error.fix ?? ''),
    );
  }
});
