import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLosslessNumber, parse as losslessParse } from 'lossless-json';
import { JsonDepthError, JsonSyntaxError, MAX_DEPTH, MAX_INTEGER_DIGITS, parseJson } from '../../../src/json/parse.ts';
import { dumpJson } from '../../../src/json/python-json.ts';
import type { JsonValue } from '../../../src/json/value.ts';
import { jsonValues, SEED_NOTE, seeded, writeLoosely } from '../../support/json-values.ts';
import { askPython, whyNoPython } from '../../support/python.ts';

test('integers keep every digit, and stay apart from floats of the same size', () => {
  assert.equal(parseJson('9007199254740993'), 9007199254740993n);
  assert.equal(parseJson('-0'), 0n);
  assert.equal(parseJson('1'), 1n);
  assert.equal(parseJson('1.0'), 1);
  assert.equal(parseJson('1e2'), 100);
  assert.ok(Object.is(parseJson('-0.0'), -0));
});

test('NaN and the infinities are numbers, as in Python (C10)', () => {
  assert.equal(parseJson('NaN'), Number.NaN);
  assert.deepEqual(parseJson('[Infinity, -Infinity]'), [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (const text of ['nan', 'Inf', '-NaN', '+1', '+Infinity', 'NaNs'])
    assert.throws(() => parseJson(text), JsonSyntaxError, text);
});

test('an object keeps the order of the file, also of names that look like numbers', () => {
  assert.deepEqual(
    [...(parseJson('{"b":1,"10":2,"9":3,"a":4}') as Map<string, JsonValue>).keys()],
    ['b', '10', '9', 'a'],
  );
});

test('a repeated name keeps its first place and its last value', () => {
  assert.deepEqual(
    [...(parseJson('{"a":1,"b":2,"a":3}') as Map<string, JsonValue>)],
    [
      ['a', 3n],
      ['b', 2n],
    ],
  );
});

test('__proto__ is a name like any other', () => {
  const value = parseJson('{"__proto__":{"polluted":true},"constructor":1}');
  assert.deepEqual([...(value as Map<string, JsonValue>).keys()], ['__proto__', 'constructor']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('a half of a surrogate pair is allowed, raw or escaped; two escapes make a pair', () => {
  assert.equal(parseJson('"\\ud83d"'), '\ud83d');
  assert.equal(parseJson('"\ude00"'), '\ude00');
  assert.equal(parseJson('"\\ud83d\\ude00"'), '\u{1f600}');
});

test(`an integer may have ${MAX_INTEGER_DIGITS} digits, the sign not counted, and no more`, () => {
  const digits = '9'.repeat(MAX_INTEGER_DIGITS);
  assert.equal(parseJson(digits), BigInt(digits));
  assert.equal(parseJson(`-${digits}`), -BigInt(digits));
  for (const text of [`${digits}9`, `-${digits}9`, `[1, ${digits}9]`]) {
    assert.throws(
      () => parseJson(text),
      (error: unknown) => error instanceof JsonSyntaxError && /at most 4300 digits/.test(error.message),
    );
  }
  assert.equal(parseJson(`${digits}99e-4302`), Number(`${digits}99e-4302`), 'a float has no such limit');
});

test(`lists and objects may be nested ${MAX_DEPTH} deep, and no deeper`, () => {
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  for (const nested of [lists, objects]) {
    assert.ok(parseJson(nested(MAX_DEPTH)));
    assert.throws(() => parseJson(nested(MAX_DEPTH + 1)), JsonDepthError);
    assert.throws(() => parseJson(nested(500_000)), JsonDepthError);
  }
  assert.throws(() => parseJson('['.repeat(500_000)), JsonDepthError, 'also where it is not closed');
});

test('an error tells line and column from 1, what was expected and what was there', () => {
  const cases: ReadonlyArray<readonly [text: string, line: number, column: number, message: string]> = [
    ['', 1, 1, 'expected a value, got the end of the text'],
    ['{"a": 1,\n  "b" 2}', 2, 7, 'expected ":", got "2"'],
    ['{"a": "3"\n"lr": 1}', 2, 1, 'expected "," or "}", got "\\"lr\\""'],
    ['[1 2]', 1, 4, 'expected "," or "]", got "2"'],
    ['[1,]', 1, 4, 'expected a value, got "]"'],
    ['{a: 1}', 1, 2, 'expected a name in double quotes, got "a"'],
    ['{"a": 1,}', 1, 9, 'expected a name in double quotes, got "}"'],
    ['{} x', 1, 4, 'expected the end of the text, got "x"'],
    ['{"a": tru}', 1, 7, 'expected a value, got "tru"'],
    ['"abc', 1, 1, 'expected a string that ends with a double quote, got "\\"abc"'],
    ['"\\x41"', 1, 2, 'expected an escape that JSON knows (\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u), got "\\\\"'],
    ['"\\u12g4"', 1, 2, 'expected four hexadecimal digits after \\u, got "\\\\"'],
    ['"a\nb"', 1, 3, 'expected control characters in a string to be escaped (such as \\n or \\t), got "\\n"'],
    ['\ufeff{}', 1, 1, 'expected a value, got "\ufeff"'],
  ];
  for (const [text, line, column, message] of cases) {
    assert.throws(
      () => parseJson(text),
      (error: unknown) => {
        assert.ok(error instanceof JsonSyntaxError, text);
        assert.deepEqual([error.line, error.column, error.message], [line, column, message], text);
        return true;
      },
    );
  }
});

test('a long token is shortened in the message', () => {
  assert.throws(() => parseJson(`{${'x'.repeat(500)}}`), {
    message: `expected a name in double quotes, got "${'x'.repeat(40)}…"`,
  });
});

// A text of JSON with one place changed, so that about half of them are no JSON any more.
const damagedTexts = fc
  .tuple(
    jsonValues(),
    fc.nat(),
    fc.constantFrom('delete', 'insert', 'replace', 'cut', 'nothing'),
    fc.constantFrom(...'{}[]",:\\/u0123456789.eE+-tfnNI \n\u0001é'),
  )
  .map(([value, at, change, character]) => {
    const text = writeLoosely(value);
    const location = at % (text.length + 1);
    if (change === 'nothing') return text;
    if (change === 'cut') return text.slice(0, location);
    return (
      text.slice(0, location) +
      (change === 'delete' ? '' : character) +
      text.slice(location + (change === 'insert' ? 0 : 1))
    );
  });

test('whatever text it is given, it is JSON for us exactly where it is for Python, with the same value', {
  skip: whyNoPython,
}, () => {
  const texts = fc.sample(damagedTexts, seeded(2000));
  const expected = askPython(
    `
def answer(text):
    try:
        return json.dumps(json.loads(text), sort_keys=True, separators=(',', ':'))
    except ValueError:
        return None
answers = [answer(text) for text in cases]`,
    texts,
  ) as Array<string | null>;
  assert.ok(expected.some((answer) => answer === null) && expected.some((answer) => answer !== null));
  for (const [index, text] of texts.entries())
    assert.equal(ours(text), expected[index], `${SEED_NOTE} ${JSON.stringify(text)}`);
});

function ours(text: string): string | null {
  try {
    return dumpJson(parseJson(text));
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError, String(error));
    return null;
  }
}

test('lossless-json reads the same numbers, texts and names, where it accepts a text at all', () => {
  let compared = 0;
  for (const text of fc.sample(damagedTexts, seeded(1000))) {
    let theirs: unknown;
    try {
      theirs = losslessParse(text);
    } catch {
      // Stricter than Python: it refuses NaN, and a name that is repeated with another value.
      continue;
    }
    compared++;
    assert.deepEqual(simplify(parseJson(text)), simplifyTheirs(theirs), `${SEED_NOTE} ${JSON.stringify(text)}`);
  }
  assert.ok(compared > 200, `only ${compared} texts compared`);
});

// Both without order (lossless-json moves names that look like numbers to the front), numbers as texts.
function simplify(value: JsonValue): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return `number ${Number(value)}`;
  if (Array.isArray(value)) return value.map(simplify);
  if (value instanceof Map) return [...value].map(([name, item]) => [name, simplify(item)]).sort(byName);
  return value;
}

function simplifyTheirs(value: unknown): unknown {
  if (isLosslessNumber(value)) return `number ${Number(value.toString())}`;
  if (Array.isArray(value)) return value.map(simplifyTheirs);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => [name, simplifyTheirs(item)])
      .sort(byName);
  }
  return value;
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
