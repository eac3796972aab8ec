import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectObject, expectString, expectStrings, shapeError } from '../../../src/config/shape.ts';

const FILE = '/opt/ml/input/config/resourceconfig.json';

test('a field of the wrong type is an error with file, field, expected type, type and value', () => {
  assert.throws(() => expectString(5n, FILE, 'current_host'), {
    code: 'CONFIG_SHAPE',
    message: `${FILE}: expected "current_host" to be a string, got a number (5)`,
    where: `${FILE}, field current_host`,
    fix: 'Make "current_host" a string.',
  });
});

test('the fix for a missing field is to add it', () => {
  assert.throws(() => expectStrings(undefined, FILE, 'hosts'), {
    message: `${FILE}: expected "hosts" to be a list of strings, got nothing`,
    fix: 'Add "hosts".',
  });
});

test('the file itself is named as such', () => {
  assert.throws(() => expectObject([], FILE, ''), {
    message: `${FILE}: expected the file to be an object, got a list`,
    where: FILE,
    fix: 'Make the file an object.',
  });
});

test('an item of a list is named by its place', () => {
  assert.throws(() => expectStrings(['algo-1', null], FILE, 'hosts'), {
    message: `${FILE}: expected "hosts[1]" to be a string, got null`,
  });
});

test('lists and objects are named by type only, long texts are shortened', () => {
  assert.match(shapeError(FILE, 'a', 'a number', new Map([['password', 'hunter2']])).message, /got an object$/);
  assert.match(shapeError(FILE, 'a', 'a number', ['hunter2']).message, /got a list$/);
  assert.match(shapeError(FILE, 'a', 'a number', 'x'.repeat(100)).message, /got a string \("x{59}…\)$/);
  assert.match(shapeError(FILE, 'a', 'a string', true).message, /got a boolean \(true\)$/);
});

test('what fits is returned as it is', () => {
  const object = new Map([['a', 1n]]);
  assert.equal(expectObject(object, FILE, ''), object);
  assert.equal(expectString('', FILE, 'a'), '');
  assert.deepEqual(expectStrings([], FILE, 'a'), []);
});
