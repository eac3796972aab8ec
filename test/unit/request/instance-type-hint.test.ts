import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceTypeHint } from '../../../src/request/instance-type-hint.ts';

const KNOWN = [
  'ml.m5.large',
  'ml.m5.4xlarge',
  'ml.m6i.large',
  'ml.m7i.large',
  'ml.g5.xlarge',
  'ml.g7.xlarge',
  'ml.p3.2xlarge',
];

for (const [type, hint] of [
  ['ml.m5.larg', 'Did you mean "ml.m5.large"?'],
  ['m5.large', 'Did you mean "ml.m5.large"?'],
  ['ml.m6.large', 'Did you mean "ml.m5.large"?'],
  ['ml.mm5.large', 'Did you mean "ml.m5.large"?'],
  ['ml.m5.hyper', 'Its family has the sizes large, 4xlarge.'],
  ['ml.g9.xlarge', undefined],
  ['ml.m8g.large', undefined],
  ['ml.m7g.large', undefined],
  ['somewhere', undefined],
] as const) {
  test(`the hint for the instance type ${type} is ${hint ?? 'none: it may be newer, or anything'}`, () => {
    assert.equal(instanceTypeHint(type, KNOWN), hint);
  });
}
