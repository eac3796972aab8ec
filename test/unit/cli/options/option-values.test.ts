import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LARGE_NUMBER,
  listed,
  numberOf,
  oneOf,
  pairsOf,
  SECONDS,
  WHOLE_NUMBER,
} from '../../../../src/cli/options/option-values.ts';
import { parseOptions } from '../../../../src/cli/options/parse-options.ts';

const RULES = { command: 'optml x', flags: [], values: ['count', 'kind'], lists: ['hp'] };
const given = (...args: string[]) => parseOptions(args, RULES);

test('an option that is absent has no value', () => {
  assert.equal(numberOf(given(), 'count', WHOLE_NUMBER), undefined);
  assert.equal(oneOf(given(), 'kind', ['a']), undefined);
  assert.deepEqual(pairsOf(given(), 'hp'), []);
});

test('numbers are read within the digits of their rule', () => {
  assert.equal(numberOf(given('--count', '007'), 'count', WHOLE_NUMBER), 7);
  assert.equal(numberOf(given('--count', '999999999999999'), 'count', LARGE_NUMBER), 999_999_999_999_999);
  assert.equal(numberOf(given('--count', '120'), 'count', SECONDS), 120);
  for (const text of ['1.5', '-1', '1e3', 'two', '1234567890']) {
    assert.throws(() => numberOf(given('--count', text), 'count', WHOLE_NUMBER), {
      code: 'USAGE',
      exitCode: 2,
      message: `optml x: expected --count to be a whole number, got "${text}"`,
      fix: 'Give it in plain digits.',
    });
  }
  assert.throws(() => numberOf(given('--count', '0'), 'count', SECONDS), {
    message: 'optml x: expected --count to be a whole number of seconds, got "0"',
    fix: 'Give it in digits.',
  });
});

test('a value has to be one of those that the option takes', () => {
  assert.equal(oneOf(given('--kind', 'b'), 'kind', ['a', 'b']), 'b');
  assert.throws(() => oneOf(given('--kind', 'c'), 'kind', ['a', 'b']), {
    code: 'USAGE',
    exitCode: 2,
    message: 'optml x: expected --kind to be a, b, got "c"',
    fix: 'Give one of them.',
  });
});

test('pairs are split at the first equals sign and need a name', () => {
  assert.deepEqual(pairsOf(given('--hp', 'a=1=2', '--hp', 'b='), 'hp'), [
    ['a', '1=2'],
    ['b', ''],
  ]);
  for (const pair of ['a', '=1']) {
    assert.throws(() => pairsOf(given('--hp', pair), 'hp'), {
      code: 'USAGE',
      exitCode: 2,
      message: `optml x: expected --hp to be NAME=VALUE, got "${pair}"`,
      fix: 'Put an equals sign between the two.',
    });
  }
});

test('a list for a help text ends with "or"', () => {
  assert.equal(listed(['a', 'b', 'c']), 'a, b or c');
  assert.equal(listed(['a', 'b']), 'a or b');
  assert.equal(listed(['a']), 'a');
});
