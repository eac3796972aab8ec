import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseTarget, isProjectFolder, splitCommand } from '../../../src/validate/target.ts';
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
    [{}, /what is to be validated is missing/],
    [{ image: 'x', command: ['y'] }, /cannot be validated at once/],
    [{ command: [] }, /the command has no words/],
    [{ project: join(dir, 'none') }, /there is no project folder/],
  ] as const) {
    assert.throws(() => chooseTarget({ ...options, baseDir: dir }, undefined), { code: 'USAGE', exitCode: 2, message });
  }
});
