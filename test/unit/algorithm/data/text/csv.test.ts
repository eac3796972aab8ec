import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DenseBatch } from '../../../../../src/algorithm/data/batch.ts';
import type { DataPosition, DataRule } from '../../../../../src/algorithm/data/data-error.ts';
import type { ReaderOptions } from '../../../../../src/algorithm/data/row-parser.ts';
import {
  assertReadOrRefused,
  assertRefused,
  dataFolder,
  fileReader,
  rowsOf as listRows,
} from '../../../../support/algorithm-data/read-channel.ts';

const folder = dataFolder();

async function read(text: string | Buffer, options: ReaderOptions = {}, contentType = 'text/csv') {
  return (await fileReader(folder, contentType)(text, options)) as DenseBatch[];
}

async function rowsOf(text: string | Buffer, options: ReaderOptions = {}) {
  return listRows(await read(text, { precision: 64, ...options }));
}

test('a row is its label and its features', async () => {
  const [batch] = await read('1,2,3.5\n0,-4,5e-1\n');
  assert.deepEqual(batch, {
    kind: 'dense',
    rows: 2,
    columns: 2,
    values: new Float32Array([2, 3.5, -4, 0.5]),
    labels: new Float64Array([1, 0]),
    labelSize: 1,
    weights: undefined,
  });
});

test('label_size of the content type says how many labels a row has', async () => {
  const [none] = await read('1,2\n', {}, 'text/csv;label_size=0');
  assert.deepEqual([none?.columns, none?.labels.length], [2, 0]);
  const [two] = await read('1,2,3\n', { labelSize: 1 }, 'TEXT/CSV; charset=utf8; label_size=2');
  assert.deepEqual([...(two?.labels ?? []), ...(two?.values ?? [])], [1, 2, 3]);
});

test('the column behind the labels can be the weight', async () => {
  const [batch] = await read('1,0.5,7\n0,2,8\n', { hasWeights: true });
  assert.deepEqual([...(batch?.weights ?? []), ...(batch?.values ?? [])], [0.5, 2, 7, 8]);
});

for (const [name, text] of [
  ['carriage returns', '1,2\r\n3,4\r\n'],
  ['no end of the last line', '1,2\n3,4'],
  ['a carriage return at the very end', '1,2\r\n3,4\r'],
  ['empty lines', '\n1,2\n\r\n\n3,4\n\n'],
  ['spaces around numbers', ' 1 , 2 \n\t3,\t4\t\n'],
  ['quotes', '"1","2"\n 3 ,"4" \n'],
  ['a byte order mark', '\ufeff1,2\n3,4\n'],
  ['plus signs', '+1,+2\n3,4\n'],
] as const) {
  test(`rows with ${name} are read`, async () => {
    assert.deepEqual(await rowsOf(text), [
      [1, 2],
      [3, 4],
    ]);
  });
}

for (const [delimiter, text] of [
  ['\t', '1\t2\n3\t4\n'],
  [';', '1;2\n3;4\n'],
  ['|', '1|2\n3|4\n'],
  [' ', '1 2\n3 4\n'],
  [',', '1, 2\n3, 4\n'],
] as const) {
  test(`${JSON.stringify(delimiter)} can be given or detected`, async () => {
    const expected = [
      [1, 2],
      [3, 4],
    ];
    assert.deepEqual(await rowsOf(text, { delimiter }), expected);
    assert.deepEqual(await rowsOf(text, { delimiter: 'detect' }), expected);
    assert.deepEqual(await rowsOf(text, { delimiter: 'detect', columns: 1 }), expected);
  });
}

test('missing features can be NaN', async () => {
  assert.deepEqual(await rowsOf('1,,3\n0,nan,NaN\n0, ,\r\n2,,', { missing: 'nan' }), [
    [1, Number.NaN, 3],
    [0, Number.NaN, Number.NaN],
    [0, Number.NaN, Number.NaN],
    [2, Number.NaN, Number.NaN],
  ]);
});

test('batches have the given number of rows, and the last one the rest', async () => {
  const batches = await read('1,2\n'.repeat(7), { batchRows: 3 });
  assert.deepEqual(
    batches.map((batch) => [batch.rows, batch.values.length, batch.labels.length]),
    [
      [3, 3, 3],
      [3, 3, 3],
      [1, 1, 1],
    ],
  );
});

test('what is written is what is read, whatever the chunks and batches', async () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((columns) =>
      fc.array(fc.array(number, { minLength: columns + 1, maxLength: columns + 1 }), { minLength: 1, maxLength: 50 }),
    );
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 60 }),
      async (rows, end, batchRows) => {
        const text = rows
          .map((row) => row.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join(','))
          .join(end);
        assert.deepEqual(await rowsOf(text, { batchRows }), rows);
      },
    ),
    { numRuns: 200 },
  );
});

interface Refusal {
  readonly name: string;
  readonly text: string | Buffer;
  readonly rule: DataRule;
  readonly position: DataPosition;
  readonly options?: ReaderOptions;
}

const REFUSED: readonly Refusal[] = [
  { name: 'a header', text: 'label,age\n1,2\n', rule: 'csv-header', position: { line: 1 } },
  { name: 'a header in quotes', text: '"label","age, in years"\n1,2\n', rule: 'csv-header', position: { line: 1 } },
  { name: 'text in a number', text: '1,2\n0,3x\n', rule: 'not-a-number', position: { line: 2, column: 2 } },
  { name: 'a hexadecimal number', text: '1,0x10\n', rule: 'not-a-number', position: { line: 1, column: 2 } },
  { name: 'a decimal comma in quotes', text: '1,"2,5"\n', rule: 'not-a-number', position: { line: 1, column: 2 } },
  { name: 'a missing label', text: '1,2\n,3\n', rule: 'label-missing', position: { line: 2, column: 1 } },
  { name: 'a missing value', text: '1,2,3\n1,,3\n', rule: 'value-missing', position: { line: 2, column: 2 } },
  { name: 'NaN', text: '1,nan\n', rule: 'not-finite', position: { line: 1, column: 2 } },
  { name: 'infinity', text: '1,2\n1,-Infinity\n', rule: 'not-finite', position: { line: 2, column: 2 } },
  {
    name: 'infinity among missing values',
    text: '1,inf\n',
    options: { missing: 'nan' },
    rule: 'not-finite',
    position: { line: 1, column: 2 },
  },
  {
    name: 'a label that is NaN',
    text: '1,2\nnan,2\n',
    options: { missing: 'nan' },
    rule: 'not-finite',
    position: { line: 2, column: 1 },
  },
  { name: 'a number too large for 32 bits', text: '1,1e39\n', rule: 'value-range', position: { line: 1, column: 2 } },
  { name: 'a row that is too short', text: '1,2,3\n1,2\n', rule: 'row-length', position: { line: 2 } },
  { name: 'a row that is too long', text: '1,2\n1,2,3\n', rule: 'row-length', position: { line: 2 } },
  { name: 'a delimiter at the end', text: '1,2\n1,2,\n', rule: 'row-length', position: { line: 2 } },
  {
    name: 'another number of features',
    text: '1,2,3\n',
    options: { columns: 3 },
    rule: 'row-length',
    position: { line: 1 },
  },
  { name: 'labels only', text: '1\n2\n', rule: 'row-length', position: { line: 1 } },
  { name: 'semicolons', text: '1;2\n', rule: 'csv-delimiter', position: { line: 1 } },
  { name: 'an open quote', text: '1,"2\n3"\n', rule: 'csv-quote', position: { line: 1, column: 2 } },
  { name: 'a carriage return alone', text: '1,2\r3,4\n', rule: 'not-a-number', position: { line: 1, column: 2 } },
  { name: 'a NUL byte', text: '1,2\n1,2\0\n', rule: 'nul-byte', position: { line: 2, column: 2 } },
  { name: 'a first line of NUL bytes', text: '\0\0\0,\0\n', rule: 'nul-byte', position: { line: 1, column: 1 } },
  { name: 'UTF-16', text: Buffer.from('\ufeff1,2\n', 'utf16le'), rule: 'encoding', position: { line: 1 } },
  { name: 'no rows', text: '\n\n', rule: 'channel-empty', position: {} },
];

for (const { name, text, rule, position, options } of REFUSED) {
  test(`${name} is a data error with rule, line and column`, async () => {
    await assertRefused(read(text, options), rule, { line: undefined, column: undefined, ...position });
  });
}

test('any bytes are rows or a data error', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.stringMatching(/^[0-9,."\r\n \t;naeE+-]{0,80}$/).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      await assertReadOrRefused(read(Buffer.from(content)));
    }),
    { numRuns: 500 },
  );
});

test('long fields and quotes are refused without delay', async () => {
  const long = '1'.repeat(4 << 20);
  await assertRefused(read(`1,2\n1,${long}x\n`), 'not-a-number', { line: 2, column: 2 });
  await assertRefused(read(`1,2\n1,"${long}\n`), 'csv-quote', { line: 2, column: 2 });
  await assertRefused(read(`1,2\n1,"${'""'.repeat(2 << 20)}"\n`), 'not-a-number', { line: 2, column: 2 });
});

test('an empty field before a quoted one is a field of its own, also between tabs', async () => {
  assert.deepEqual(await rowsOf('1\t\t"2"\n', { delimiter: '\t', missing: 'nan' }), [[1, Number.NaN, 2]]);
});

test('options that cannot be used are refused', async () => {
  for (const options of [
    { batchRows: 0 },
    { batchRows: 1.5 },
    { columns: 0 },
    { labelSize: -1 },
    { delimiter: '::' },
  ]) {
    await assert.rejects(read('1,2\n', options), RangeError);
  }
});
