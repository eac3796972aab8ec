import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentName, userArguments } from '../../../src/environment/arguments.ts';
import { parseJson } from '../../../src/json/parse.ts';
import type { JsonObject } from '../../../src/json/value.ts';

const SETTINGS = { argumentOrder: 'sorted', booleanArguments: 'value' } as const;
const object = (text: string) => parseJson(text) as JsonObject;

test('each hyperparameter is --name and its value as Python writes it, sorted by name (C23)', () => {
  const args = userArguments(
    object('{"lr": 1e-5, "epochs": 3, "big": 12345678901234567890, "deep": [1, "a", null, true]}'),
    SETTINGS,
  );
  assert.deepEqual(args, [
    '--big',
    '12345678901234567890',
    '--deep',
    "[1, 'a', None, True]",
    '--epochs',
    '3',
    '--lr',
    '1e-05',
  ]);
});

test('a name of one character has one dash, whatever the character; an empty one is an empty word (C23)', () => {
  assert.deepEqual(['x', '\u{1f600}', 'xy', '-', ''].map(argumentName), ['-x', '-\u{1f600}', '--xy', '--', '']);
});

test('None is an empty argument, within an object it is the text None (C23)', () => {
  assert.deepEqual(userArguments(object('{"a1": null, "b1": {"k": null}}'), SETTINGS), ['--a1', '', '--b1', 'k=None']);
});

test('an object is k=v,k=v sorted, an empty one an empty value; its texts are bare, texts within lists are not (C23)', () => {
  const args = userArguments(object('{"map": {"b": "x y", "a": 1.0, "c": ["q"]}, "none": {}}'), SETTINGS);
  assert.deepEqual(args, ['--map', "a=1.0,b=x y,c=['q']", '--none', '']);
});

test('text is passed as it is, whatever characters it holds', () => {
  const hostile = '$HOME `id` \'"\n* ;|&é\u{1f600}';
  assert.deepEqual(userArguments(new Map([['text', hostile]]), SETTINGS), ['--text', hostile]);
});

test('the order of the file is kept where OPTML_ARGUMENT_ORDER=file asks for it', () => {
  const args = userArguments(object('{"zeta": 1, "10": 2, "9": {"b": 1, "a": 2}}'), {
    ...SETTINGS,
    argumentOrder: 'file',
  });
  assert.deepEqual(args, ['--zeta', '1', '--10', '2', '-9', 'a=2,b=1']);
});

test('booleans are flags where OPTML_BOOLEAN_ARGUMENTS=flag asks for it: the name, or nothing', () => {
  const args = userArguments(object('{"on": true, "off": false, "v": true, "n": 1}'), {
    ...SETTINGS,
    booleanArguments: 'flag',
  });
  assert.deepEqual(args, ['-n', '1', '--on', '-v']);
  assert.deepEqual(userArguments(object('{"on": true}'), SETTINGS), ['--on', 'True']);
});
