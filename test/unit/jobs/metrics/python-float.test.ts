import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonFloat } from '../../../../src/jobs/metrics/python-float.ts';

// Each as `float(text)` of Python 3.11 has it.
const CASES: ReadonlyArray<readonly [string, number]> = [
  ['1', 1],
  ['-0.5', -0.5],
  ['+.5', 0.5],
  ['1.', 1],
  [' 2e3\n', 2000],
  ['1E-3', 0.001],
  ['1_000.5', 1000.5],
  ['1_0e1_0', 1e11],
  ['nan', Number.NaN],
  ['-NaN', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['1e999', Number.POSITIVE_INFINITY],
];

for (const [text, value] of CASES) {
  test(`${JSON.stringify(text)} is ${value}`, () => assert.equal(pythonFloat(text), value));
}

for (const text of ['', ' ', '.', 'e5', '1e', '0x10', '1__0', '_1', '1_', '1_.5', '1,5', 'nane', '1 2', '--1']) {
  test(`${JSON.stringify(text)} is no number`, () => assert.equal(pythonFloat(text), undefined));
}
