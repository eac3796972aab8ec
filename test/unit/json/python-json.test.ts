import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../../src/json/parse.ts';
import {
  dumpJson,
  pythonFloat,
  pythonRepr,
  pythonStr,
  pythonTruth,
  sortedEntries,
} from '../../../src/json/python-json.ts';
import type { JsonValue } from '../../../src/json/value.ts';
import { anyFloat, anyText, jsonValues, SEED, SEED_NOTE, seeded, writeLoosely } from '../../support/json-values.ts';
import { askPython, whyNoPython } from '../../support/python.ts';

test('JSON has sorted names, no spaces, ASCII only', () => {
  const value = parseJson('{"b": [1, 1.0, true, null], "a": "é\\u2028\\ud83d\\ude00\\u007f"}');
  assert.equal(dumpJson(value), '{"a":"\\u00e9\\u2028\\ud83d\\ude00\\u007f","b":[1,1.0,true,null]}');
});

test('JSON for people is indented, empty lists and objects are not', () => {
  const value = parseJson('{"b":[1,{"c":[]}],"a":{}}');
  const expected = '{\n  "a": {},\n  "b": [\n    1,\n    {\n      "c": []\n    }\n  ]\n}';
  assert.equal(dumpJson(value, { indent: 2 }), expected);
});

test('floats are written as Python writes them', () => {
  const cases: ReadonlyArray<readonly [number, string]> = [
    [1, '1.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  for (const [value, text] of cases) assert.equal(pythonFloat(value), text);
  assert.equal(dumpJson([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), '[NaN,Infinity,-Infinity]');
});

test('repr quotes a text by what it holds, and keeps the order of an object', () => {
  assert.equal(pythonRepr("it's"), `"it's"`);
  assert.equal(pythonRepr(`it's "it"`), `'it\\'s "it"'`);
  assert.equal(
    pythonRepr('a\\\n\r\t\0\u007fé\u00ad\u200b\u{e0001}'),
    "'a\\\\\\n\\r\\t\\x00\\x7fé\\xad\\u200b\\U000e0001'",
  );
  assert.equal(pythonRepr(parseJson('{"b":[null,true,false],"a":1.0}')), "{'b': [None, True, False], 'a': 1.0}");
});

test('str leaves a text bare at the top only', () => {
  assert.equal(pythonStr("it's"), "it's");
  assert.equal(pythonStr(["it's"]), `["it's"]`);
  assert.equal(pythonStr(null), 'None');
});

test('truth is that of Python: what is empty or zero is false, NaN is true', () => {
  const falsy: readonly (JsonValue | undefined)[] = [undefined, null, false, 0n, 0, -0, '', [], new Map()];
  const truthy: readonly JsonValue[] = [true, 1n, -1n, 0.1, Number.NaN, '0', 'false', [null], new Map([['', null]])];
  for (const value of falsy) assert.equal(pythonTruth(value), false);
  for (const value of truthy) assert.equal(pythonTruth(value), true);
});

test('entries sort by name, by code point', () => {
  const names = sortedEntries(
    new Map([
      ['\u{1f600}', 1n],
      ['\ufffd', 2n],
      ['B', 3n],
      ['a', 4n],
    ]),
  ).map(([name]) => name);
  assert.deepEqual(names, ['B', 'a', '\ufffd', '\u{1f600}']);
});

test('any value is written as json.dumps, repr and str write it', { skip: whyNoPython }, () => {
  const values = fc.sample(jsonValues(), seeded(2000));
  const expected = askPython(
    `
def answer(text):
    value = json.loads(text)
    return [json.dumps(value, sort_keys=True, separators=(',', ':')), json.dumps(value, sort_keys=True, indent=4), repr(value), str(value), bool(value)]
answers = [answer(text) for text in cases]`,
    values.map(writeLoosely),
  ) as unknown[];
  for (const [index, value] of values.entries()) {
    const ours = [
      dumpJson(value),
      dumpJson(value, { indent: 4 }),
      pythonRepr(value),
      pythonStr(value),
      pythonTruth(value),
    ];
    assert.deepEqual(ours, expected[index], `${SEED_NOTE} ${writeLoosely(value)}`);
  }
});

test('any text has the repr that Python gives it', { skip: whyNoPython }, () => {
  const texts = fc.sample(anyText, seeded(5000));
  assert.deepEqual(texts.map(pythonRepr), askPython('answers = [repr(case) for case in cases]', texts), SEED_NOTE);
});

test('every double, by random bits, is written as Python writes it, and reads back the same', {
  skip: whyNoPython,
}, () => {
  const floats = [...randomDoubles(20_000), ...fc.sample(anyFloat, seeded(2000))];
  const bits = floats.map((value) => {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleBE(value);
    return buffer.toString('hex');
  });
  const expected = askPython(
    "import struct\nanswers = [repr(struct.unpack('>d', bytes.fromhex(case))[0]) for case in cases]",
    bits,
  ) as string[];
  for (const [index, value] of floats.entries()) {
    assert.equal(pythonFloat(value), expected[index], `${SEED_NOTE} bits ${bits[index]}`);
    if (Number.isFinite(value)) assert.ok(Object.is(Number(pythonFloat(value)), value));
  }
});

// All exponents alike, where a uniform double would hardly ever be small. Xorshift, from the seed.
function randomDoubles(count: number): number[] {
  let state = BigInt(SEED) * 0x9e3779b97f4a7c15n + 1n;
  const view = new DataView(new ArrayBuffer(8));
  return Array.from({ length: count }, () => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= BigInt.asUintN(64, state) >> 7n;
    state = BigInt.asUintN(64, state ^ (state << 17n));
    view.setBigUint64(0, state);
    return view.getFloat64(0);
  });
}
