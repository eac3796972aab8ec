import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataRule } from '../../../../../src/algorithm/data/data-error.ts';
import type { ReaderOptions } from '../../../../../src/algorithm/data/row-parser.ts';
import { assertRefused, dataFolder, fileReader, rowsOf } from '../../../../support/algorithm-data/read-channel.ts';

const read = fileReader(dataFolder(), 'application/jsonlines');

test('a line is a row with label and features', async () => {
  const text = '{"label": 1, "features": [2, 0.5]}\r\n\n{"features": [-3, 1e2], "label": 0, "id": "x"}';
  assert.deepEqual(rowsOf(await read(text)), [
    [1, 2, 0.5],
    [0, -3, 100],
  ]);
});

test('lines can have several labels, weights, or no labels', async () => {
  assert.deepEqual(rowsOf(await read('{"label": [1, 2], "features": [3]}')), [[1, 2, 3]]);
  assert.deepEqual(rowsOf(await read('{"features": [3]}')), [[3]]);
  const [batch] = await read('{"label": 1, "features": [3], "weight": 0.5}');
  assert.deepEqual([...(batch?.weights ?? [])], [0.5]);
});

test('lines can have the form of requests for inference', async () => {
  assert.deepEqual(rowsOf(await read('{"data": {"features": {"values": [1, 2]}}}')), [[1, 2]]);
});

test('null can be a missing value', async () => {
  assert.deepEqual(rowsOf(await read('{"features": [1, null]}', { missing: 'nan' })), [[1, Number.NaN]]);
});

const REFUSED: readonly (readonly [string, string, DataRule, ReaderOptions?])[] = [
  ['text that is not JSON', '1,2', 'json'],
  ['NaN', '{"features": [NaN]}', 'json'],
  ['a list', '[1, 2]', 'record-shape'],
  ['no features', '{"label": 1}', 'record-shape'],
  ['empty features', '{"label": 1, "features": []}', 'row-length'],
  ['other features', '{"label": 1, "features": [1, 2, 3]}', 'row-length'],
  ['a missing label', '{"features": [1, 2]}', 'label-missing'],
  ['a label that is null', '{"label": null, "features": [1, 2]}', 'label-missing'],
  ['text in a feature', '{"label": 1, "features": [1, "2"]}', 'not-a-number'],
  ['a value that is null', '{"label": 1, "features": [1, null]}', 'value-missing'],
  ['a number that is too large', '{"label": 1, "features": [1, 1e39]}', 'value-range'],
  ['an infinite number', '{"label": 1e999, "features": [1, 1]}', 'value-range'],
];

for (const [name, line, rule, options] of REFUSED) {
  test(`${name} is a data error with rule and line`, async () => {
    await assertRefused(read(`{"label": 1, "features": [1, 2]}\n${line}\n`, options), rule, { file: 'train', line: 2 });
  });
}

test('nested values are refused however deep they are', async () => {
  const deep = '['.repeat(1 << 20) + ']'.repeat(1 << 20);
  await assertRefused(read(`{"features": [${deep}]}`), 'not-a-number', { line: 1 });
});
