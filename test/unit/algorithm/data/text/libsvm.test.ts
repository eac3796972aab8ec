import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type SparseBatch, toDense } from '../../../../../src/algorithm/data/batch.ts';
import type { DataPosition, DataRule } from '../../../../../src/algorithm/data/data-error.ts';
import type { ReaderOptions } from '../../../../../src/algorithm/data/row-parser.ts';
import {
  assertReadOrRefused,
  assertRefused,
  dataFolder,
  fileReader,
  rowsOf,
} from '../../../../support/algorithm-data/read-channel.ts';

const read = fileReader(dataFolder(), 'text/libsvm');

test('rows are CSR arrays with labels', async () => {
  const [batch] = await read('1 0:2 3:0.5\n-1\n0 7:-4e1\n');
  assert.deepEqual(batch, {
    kind: 'sparse',
    rows: 3,
    columns: 8,
    values: new Float32Array([2, 0.5, -40]),
    indices: new Uint32Array([0, 3, 7]),
    starts: new Uint32Array([0, 2, 2, 3]),
    labels: new Float64Array([1, -1, 0]),
    labelSize: 1,
    weights: undefined,
    groups: undefined,
  });
});

test('rows can have weights and groups', async () => {
  const [batch] = (await read('1:0.5 qid:7 1:2\n0:2 qid:8 1:3\n')) as SparseBatch[];
  assert.deepEqual(
    [[...(batch?.weights ?? [])], [...(batch?.groups ?? [])]],
    [
      [0.5, 2],
      [7, 8],
    ],
  );
});

test('the first index can be 1', async () => {
  assert.deepEqual(rowsOf(await read('1 1:2 3:4\n', { indexBase: 1 })), [[1, '0:2', '2:4']]);
});

test('spaces, tabs, comments, empty lines and carriage returns are allowed', async () => {
  const text = '# a comment\n\n 1  0:2\t3:4 # one\r\n0 1:5#two\n   \r\n0 # three\n';
  assert.deepEqual(rowsOf(await read(text)), [[1, '0:2', '3:4'], [0, '1:5'], [0]]);
});

test('rows have the given number of features', async () => {
  const [batch] = await read('1 0:2\n', { columns: 5 });
  assert.equal(batch?.columns, 5);
  assert.deepEqual([...toDense(batch).values], [2, 0, 0, 0, 0]);
});

test('batches have the given number of rows', async () => {
  assert.deepEqual(
    (await read('1 0:1\n'.repeat(7), { batchRows: 3 })).map(({ rows }) => rows),
    [3, 3, 1],
  );
});

interface Refusal {
  readonly name: string;
  readonly text: string;
  readonly rule: DataRule;
  readonly position: DataPosition;
  readonly options?: ReaderOptions;
}

const REFUSED: readonly Refusal[] = [
  { name: 'CSV', text: '1,2,3\n', rule: 'libsvm-syntax', position: { line: 1 } },
  { name: 'a header', text: 'label features\n', rule: 'not-a-number', position: { line: 1 } },
  { name: 'a missing label', text: '1 0:1\n0:2 1:3\n', rule: 'label-missing', position: { line: 2 } },
  { name: 'an index twice', text: '1 2:1 2:1\n', rule: 'index-order', position: { line: 1, column: 2 } },
  { name: 'a descending index', text: '1 0:1\n1 3:1 2:1\n', rule: 'index-order', position: { line: 2, column: 2 } },
  { name: 'a negative index', text: '1 -1:1\n', rule: 'index-range', position: { line: 1, column: 1 } },
  {
    name: 'the index 0 where 1 is the first',
    text: '1 0:1\n',
    options: { indexBase: 1 },
    rule: 'index-range',
    position: { line: 1, column: 1 },
  },
  {
    name: 'an index beyond the features',
    text: '1 4:1\n1 5:1\n',
    options: { columns: 5 },
    rule: 'index-range',
    position: { line: 2, column: 1 },
  },
  { name: 'an index beyond 32 bits', text: '1 4294967296:1\n', rule: 'index-range', position: { line: 1, column: 1 } },
  { name: 'an index without a value', text: '1 3\n', rule: 'libsvm-syntax', position: { line: 1, column: 1 } },
  { name: 'an empty value', text: '1 3:\n', rule: 'value-missing', position: { line: 1, column: 1 } },
  { name: 'text in a value', text: '1 1:2 3:x\n', rule: 'not-a-number', position: { line: 1, column: 2 } },
  { name: 'NaN', text: '1 3:nan\n', rule: 'not-finite', position: { line: 1, column: 1 } },
  { name: 'an infinite label', text: 'inf 3:1\n', rule: 'not-finite', position: { line: 1 } },
  { name: 'a value too large for 32 bits', text: '1 3:1e39\n', rule: 'value-range', position: { line: 1, column: 1 } },
  { name: 'several labels', text: '1,2 3:1\n', rule: 'libsvm-syntax', position: { line: 1 } },
  { name: 'a row without a weight', text: '1:1 3:1\n1 3:1\n', rule: 'libsvm-syntax', position: { line: 2 } },
  { name: 'a row without a group', text: '1 qid:1 3:1\n1 3:1\n', rule: 'libsvm-syntax', position: { line: 2 } },
  { name: 'a group that is no whole number', text: '1 qid:1.5 3:1\n', rule: 'libsvm-syntax', position: { line: 1 } },
  { name: 'a NUL byte', text: '1 3:1\0\n', rule: 'nul-byte', position: { line: 1 } },
  { name: 'a carriage return alone', text: '1 3:1\r0 1:1\n', rule: 'not-a-number', position: { line: 1 } },
  { name: 'comments only', text: '# nothing\n', rule: 'channel-empty', position: {} },
];

for (const { name, text, rule, position, options } of REFUSED) {
  test(`${name} is a data error with rule and line`, async () => {
    await assertRefused(read(text, options), rule, position);
  });
}

test('what is written is what is read', async () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  const row = fc.tuple(
    value,
    fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1e6 }), value), { selector: ([index]) => index }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), async (rows, batchRows) => {
      const sorted = rows.map(([label, values]) => [
        label,
        ...values.toSorted(([a], [b]) => a - b).map(([index, number]) => `${index}:${number}`),
      ]);
      const text = sorted.map((fields) => fields.join(' ')).join('\n');
      // The sign of zero is lost in a text.
      const expected = sorted.map(([label, ...values]) => [Number(String(label)), ...values]);
      assert.deepEqual(rowsOf(await read(text, { precision: 64, batchRows })), expected);
    }),
    { numRuns: 200 },
  );
});

test('a CSV file in place of libsvm: the fix names the content type', async () => {
  await assert.rejects(read('0,0.5,1\n'), { fix: /^If the file is CSV, set ContentType of the channel to text\/csv/ });
});

test('any bytes are rows or a data error', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((content) => Buffer.from(content)),
    fc.stringMatching(/^[0-9:.\r\n #qid\teE+-]{0,80}$/).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, (content) => assertReadOrRefused(read(content))),
    { numRuns: 500 },
  );
});
