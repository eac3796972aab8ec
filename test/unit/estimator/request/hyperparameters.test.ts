import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonHyperparameters, plainHyperparameters } from '../../../../src/estimator/request/hyperparameters.ts';

test('values are JSON as Python writes it', () => {
  const values = { whole: 3, part: 0.1, tiny: 1e-5, big: 2n ** 60n, text: 'ü "x"', flag: true, none: null };
  assert.deepEqual(jsonHyperparameters({ ...values, list: [1, 'a', { b: [], a: 1.5 }], absent: undefined }), {
    whole: '3',
    part: '0.1',
    tiny: '1e-05',
    big: '1152921504606846976',
    text: '"\\u00fc \\"x\\""',
    flag: 'true',
    none: 'null',
    list: '[1, "a", {"b": [], "a": 1.5}]',
  });
});

test('texts stay as they are where no script reads JSON', () => {
  assert.deepEqual(plainHyperparameters({ text: 'a b', rate: 0.5, flag: false }), {
    text: 'a b',
    rate: '0.5',
    flag: 'false',
  });
});

test('values that JSON lacks are errors that name the hyperparameter', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, [Number.NaN], () => 1]) {
    assert.throws(() => jsonHyperparameters({ rate: value as number }), {
      code: 'HYPERPARAMETER_INVALID',
      where: 'hyperparameters.rate',
    });
  }
});
