import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeHyperparameter, readHyperparameters } from '../../../src/config/hyperparameters.ts';
import { MAX_DEPTH } from '../../../src/json/parse.ts';
import { temporaryFolder } from '../../support/job.ts';

function fileWith(t: TestContext, content: string): string {
  const file = join(temporaryFolder(t), 'hyperparameters.json');
  writeFileSync(file, content);
  return file;
}

test('each value is decoded as JSON, what is not JSON stays text (C10)', () => {
  assert.equal(decodeHyperparameter('3'), 3n);
  assert.equal(decodeHyperparameter('1.0'), 1);
  assert.equal(decodeHyperparameter('"abc"'), 'abc');
  assert.equal(decodeHyperparameter('true'), true);
  assert.equal(decodeHyperparameter('NaN'), Number.NaN);
  assert.deepEqual(decodeHyperparameter(' [1, "a"] '), [1n, 'a']);
  for (const text of ['abc', '', ' ', 'True', 'None', "'abc'", '01', '1_000', '.5', '0x10', 'nan', '"abc', '{a: 1}']) {
    assert.equal(decodeHyperparameter(text), text);
  }
});

test('an integer of more than 4300 digits stays text, as Python refuses it', () => {
  assert.equal(decodeHyperparameter('1'.repeat(4300)), BigInt('1'.repeat(4300)));
  assert.equal(decodeHyperparameter('1'.repeat(4301)), '1'.repeat(4301));
});

test('values that are no strings are kept, strings within them are not decoded', (t) => {
  const file = fileWith(t, '{"n": 3, "list": ["3"], "none": null, "text": "\\"3\\""}');
  assert.deepEqual(
    [...readHyperparameters(file)],
    [
      ['n', 3n],
      ['list', ['3']],
      ['none', null],
      ['text', '3'],
    ],
  );
});

test('the order of the file is kept, and __proto__ is a name like any other', (t) => {
  const file = fileWith(t, '{"z": "1", "10": "2", "9": "3", "__proto__": "4"}');
  assert.deepEqual([...readHyperparameters(file).keys()], ['z', '10', '9', '__proto__']);
});

test('a value that is nested too deep is an error that names the hyperparameter', (t) => {
  const file = fileWith(t, JSON.stringify({ lr: '1', layers: '['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1) }));
  assert.throws(() => readHyperparameters(file), {
    code: 'HYPERPARAMETER_INVALID',
    message: `hyperparameter "layers" is nested deeper than ${MAX_DEPTH} levels`,
    where: `${file}, field layers`,
    fix: 'Pass such a value as a file in a channel.',
  });
});

test('a file that is no object is an error', (t) => {
  for (const content of ['[]', '"{}"', 'null', '1']) {
    assert.throws(() => readHyperparameters(fileWith(t, content)), { code: 'CONFIG_SHAPE' });
  }
});
