import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanNumber } from '../../../../../src/algorithm/data/text/scan-number.ts';

const scan = (text: string, out: Float32Array | Float64Array) => {
  const bytes = Buffer.from(text);
  return scanNumber(bytes, 0, bytes.length, out, 0);
};

/** Decimal texts as programs print numbers, and with more digits than a double has. */
const decimals = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }).map((value) => value.toExponential(18)),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toPrecision(9)),
  fc.integer().map(String),
  fc
    .tuple(fc.stringMatching(/^[+-]?\d{1,25}(\.\d{0,30})?$/), fc.integer({ min: -60, max: 60 }))
    .map(([digits, exponent]) => `${digits}e${exponent}`),
  // Halfway between two singles, and just beside it.
  fc
    .tuple(
      fc.integer({ min: 1 << 23, max: (1 << 24) - 1 }),
      fc.integer({ min: -40, max: 40 }),
      fc.constantFrom('', '0001', '9'),
    )
    .map(([mantissa, exponent, tail]) => `${((mantissa + 0.5) * 2 ** exponent).toPrecision(25)}${tail}`),
);

test('a number of 64 bits is the nearest one', () => {
  const out = new Float64Array(1);
  fc.assert(
    fc.property(decimals, (text) => {
      assert.equal(scan(text, out), text.length);
      assert.ok(Object.is(out[0], Number(text)), `${text} is read as ${out[0]}`);
    }),
    { numRuns: 20_000 },
  );
});

test('a number of 32 bits is the nearest one to the number of 64 bits', () => {
  const out = new Float32Array(1);
  fc.assert(
    fc.property(decimals, (text) => {
      const expected = Math.fround(Number(text));
      const end = scan(text, out);
      if (!Number.isFinite(expected)) return;
      assert.equal(end, text.length);
      assert.ok(Object.is(out[0], expected), `${text} is read as ${out[0]} instead of ${expected}`);
    }),
    { numRuns: 20_000 },
  );
});

test('a number ends before the first other character', () => {
  const out = new Float64Array(1);
  for (const [text, end] of [
    ['12,3', 2],
    ['1.5e3;', 5],
    ['-.5 ', 3],
    ['7.', 2],
    ['+1-2', 2],
  ] as const) {
    assert.equal(scan(text, out), end, text);
  }
});

test('texts that are no finite number are refused', () => {
  for (const out of [new Float64Array(1), new Float32Array(1)]) {
    for (const text of [
      '',
      '-',
      '.',
      'e5',
      '1e',
      '1e+',
      'nan',
      'inf',
      '-Infinity',
      '0x',
      'x',
      '\0',
      '1e400',
      `1${'0'.repeat(400)}`,
    ]) {
      const isHex = text === '0x';
      assert.equal(scan(text, out), isHex ? 1 : -1, JSON.stringify(text));
    }
  }
});

test('a number that only 64 bits can hold is refused for 32 bits', () => {
  assert.equal(scan('1e39', new Float32Array(1)), -1);
  assert.equal(scan('3.4028235e38', new Float32Array(1)), 12);
  assert.equal(scan('1e39', new Float64Array(1)), 4);
});
