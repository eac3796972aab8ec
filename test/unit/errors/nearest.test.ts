import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/errors/nearest.ts';

test('a slip of the keyboard finds the name that was meant', () => {
  assert.equal(nearest('trian', ['train', 'env']), 'train');
  assert.equal(nearest('--hlep', ['--help', '--version']), '--help');
  assert.equal(nearest('jsn', ['json', 'shell']), 'json');
  assert.equal(nearest('tarin.py', ['evaluate.py', 'train.py']), 'train.py');
});

test('upper and lower case do not count', () => {
  assert.equal(nearest('TRAIN.PY', ['train.py']), 'train.py');
});

test('a name that is nothing like the known ones finds none', () => {
  assert.equal(nearest('deploy', ['train', 'env']), undefined);
  assert.equal(nearest('x', ['train']), undefined);
  assert.equal(nearest('train', []), undefined);
});

test('of several near names the nearest is taken, of equals the first', () => {
  assert.equal(nearest('train.ts', ['train.js', 'train.ts.bak', 'trains.ts']), 'train.js');
  assert.equal(nearest('train.ts', ['training.ts', 'train.tsx']), 'train.tsx');
});

test('two neighbours swapped are one slip, so that a short name may hold one', () => {
  assert.equal(nearest('nev', ['env']), 'env');
});

test('the empty name is near to a single letter only', () => {
  assert.equal(nearest('', ['ab']), undefined);
  assert.equal(nearest('', ['a']), 'a');
});
