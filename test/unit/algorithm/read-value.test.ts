import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readValue } from '../../../src/algorithm/checks/read-value.ts';
import type { Hyperparameter } from '../../../src/algorithm/hyperparameter.ts';

const read = (declaration: Hyperparameter, text: string) => {
  const { value, problems } = { value: undefined, problems: undefined, ...readValue(declaration, text) };
  return problems === undefined ? value : problems.map(({ path, message }) => path + (path && ': ') + message);
};

test('an integer is decimal digits within its range', () => {
  const declaration = { type: 'integer', min: 1, max: 10 } as const;
  for (const [text, value] of [
    ['1', 1],
    ['10', 10],
    [' 7\n', 7],
    ['"3"', 3],
    ['+3', 3],
    ['007', 7],
  ] as const) {
    assert.equal(read(declaration, text), value, text);
  }
  const refused = [
    '0',
    '11',
    '',
    ' ',
    '3.0',
    '1e1',
    '0x3',
    '1_0',
    '٣',
    '３',
    'NaN',
    'Infinity',
    '-',
    '3 4',
    'true',
    '[3]',
  ];
  for (const text of refused) {
    assert.deepEqual(read(declaration, text), [`expected an integer from 1 to 10, got "${text}"`], text);
  }
});

test('an integer that a number cannot hold exactly is refused', () => {
  const declaration = { type: 'integer' } as const;
  assert.equal(read(declaration, '9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.deepEqual(read(declaration, '9007199254740992'), ['expected an integer, got "9007199254740992"']);
  assert.ok(Object.is(read(declaration, '-0'), 0));
});

test('a number is finite and within its open or closed range', () => {
  const declaration = { type: 'continuous', greaterThan: 0, max: 1 } as const;
  for (const [text, value] of [
    ['1', 1],
    ['.5', 0.5],
    ['1.', 1],
    ['1e-3', 0.001],
    ['5E-1', 0.5],
  ] as const) {
    assert.equal(read(declaration, text), value, text);
  }
  for (const text of ['0', '-0', '1.0001', '1e400', '1e-400', 'nan', 'NaN', 'inf', '0x1', '½', '1,5', '1e', '.', '']) {
    assert.deepEqual(read(declaration, text), [`expected a number greater than 0 and at most 1, got "${text}"`], text);
  }
});

test('ranges are described by their ends', () => {
  const describe = (range: object) => read({ type: 'integer', ...range }, 'x');
  assert.deepEqual(describe({ min: 1 }), ['expected an integer of at least 1, got "x"']);
  assert.deepEqual(describe({ max: 1 }), ['expected an integer of at most 1, got "x"']);
  assert.deepEqual(describe({ greaterThan: 1 }), ['expected an integer greater than 1, got "x"']);
  assert.deepEqual(describe({ lessThan: 1 }), ['expected an integer less than 1, got "x"']);
  assert.deepEqual(describe({ min: 1, lessThan: 5 }), ['expected an integer of at least 1 and less than 5, got "x"']);
});

test('words are accepted in addition to the type', () => {
  const declaration = { type: 'continuous', min: 0, words: ['auto'] } as const;
  assert.equal(read(declaration, 'auto'), 'auto');
  assert.equal(read(declaration, '2'), 2);
  assert.deepEqual(read(declaration, 'Auto'), ['expected a number of at least 0, or auto, got "Auto"']);
});

test('a misspelt category comes with the nearest one', () => {
  const declaration = { type: 'categorical', values: ['gbtree', 'gblinear', 'dart'] } as const;
  assert.equal(read(declaration, '"dart"'), 'dart');
  assert.deepEqual(read(declaration, 'gbtre'), [
    'expected one of gbtree, gblinear, dart, got "gbtre": did you mean gbtree?',
  ]);
  assert.deepEqual(read(declaration, 'forest'), ['expected one of gbtree, gblinear, dart, got "forest"']);
});

test('booleans are as JSON, Python and numbers write them', () => {
  const declaration = { type: 'boolean' } as const;
  for (const text of ['true', 'True', '1', '"true"']) assert.equal(read(declaration, text), true, text);
  for (const text of ['false', 'False', '0']) assert.equal(read(declaration, text), false, text);
  assert.deepEqual(read(declaration, 'yes'), ['expected true or false, got "yes"']);
});

test('a text is kept as it is, or is the text of its JSON', () => {
  assert.equal(read({ type: 'text' }, ' a b '), ' a b ');
  assert.equal(read({ type: 'text' }, '"a\\nb"'), 'a\nb');
  assert.equal(read({ type: 'text' }, '"a'), '"a');
  assert.deepEqual(read({ type: 'text', maxLength: 2 }, 'abc'), ['expected a text of at most 2 characters, got "abc"']);
});

test('a list is JSON, values between commas, or what Python prints', () => {
  const numbers = { type: 'list', of: { type: 'integer', min: 0 } } as const;
  for (const text of ['[1, 2]', '1,2', ' 1 , 2 ', '(1, 2)', '["1", 2]', '"[1, 2]"']) {
    assert.deepEqual(read(numbers, text), [1, 2], text);
  }
  assert.deepEqual(read(numbers, '3'), [3]);
  assert.deepEqual(read(numbers, '(3,)'), [3]);
  const words = { type: 'list', of: { type: 'categorical', values: ['msd', 'ssd'] }, unique: true } as const;
  for (const text of ['["msd", "ssd"]', "['msd', 'ssd']", 'msd,ssd']) {
    assert.deepEqual(read(words, text), ['msd', 'ssd'], text);
  }
  assert.deepEqual(read(words, 'msd,msd'), [
    'expected each value once, got "[\\"msd\\",\\"msd\\"]"'.replaceAll('\\"', '"'),
  ]);
});

test('each wrong value of a list is named', () => {
  const declaration = { type: 'list', of: { type: 'integer', min: 1 }, maxLength: 3 } as const;
  assert.deepEqual(read(declaration, '[0, 5, "x"]'), [
    '[0]: expected an integer of at least 1, got "0"',
    '[2]: expected an integer of at least 1, got "x"',
  ]);
  assert.deepEqual(read(declaration, '1,2,3,4'), [
    'expected a list of 1 to 3, each an integer of at least 1, got 4 values',
  ]);
  assert.deepEqual(read(declaration, ''), ['expected a list of 1 to 3, each an integer of at least 1, got 0 values']);
  assert.deepEqual(read(declaration, '[[1]]'), ['[0]: expected an integer of at least 1, got "[1]"']);
});

test('an object has its declared members only, and all that are required', () => {
  const declaration = {
    type: 'object',
    members: {
      step: { type: 'integer', min: 1, required: true },
      factor: { type: 'continuous', default: 0.5 },
      inner: { type: 'object', members: { on: { type: 'boolean' } } },
    },
  } as const;
  assert.deepEqual(read(declaration, '{"step": 3, "inner": {"on": true}}'), {
    step: 3,
    factor: 0.5,
    inner: { on: true },
  });
  assert.deepEqual(read(declaration, '{"stp": 3, "inner": {"on": 7}, "__proto__": {}}'), [
    '.stp: is unknown: did you mean step?',
    '.__proto__: is unknown: expected one of step, factor, inner',
    '.step: is missing: expected an integer of at least 1',
    '.inner.on: expected true or false, got "7"',
  ]);
  assert.deepEqual(read(declaration, '[]'), ['expected a JSON object with step, factor, inner, got "[]"']);
  assert.match(String(read(declaration, '{"step": ')), /^expected a JSON object .*, which is not JSON: expected /);
});

test('a JSON value is plain data', () => {
  assert.deepEqual(read({ type: 'json' }, '{"a": [1, "x", null]}'), { a: [1, 'x', null] });
  assert.equal(read({ type: 'json' }, '"text"'), 'text');
  assert.match(String(read({ type: 'json' }, '['.repeat(2000))), /not JSON/);
});

test('a check of the declaration adds its own rule', () => {
  const declaration: Hyperparameter = {
    type: 'integer',
    check: (value) => (value % 2 === 0 ? undefined : 'expected an even number'),
  };
  assert.equal(read(declaration, '4'), 4);
  assert.deepEqual(read(declaration, '5'), ['expected an even number, got "5"']);
});
