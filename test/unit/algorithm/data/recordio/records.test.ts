import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { DataPosition, DataRule } from '../../../../../src/algorithm/data/data-error.ts';
import {
  denseTensorRecords,
  frameRecord,
  readRecordIo,
  readRecords,
  sparseTensorRecords,
} from '../../../../../src/algorithm/data/recordio/index.ts';
import type { ReaderOptions } from '../../../../../src/algorithm/data/row-parser.ts';
import {
  assertReadOrRefused,
  assertRefused,
  dataFolder,
  fileReader,
  rowsOf,
} from '../../../../support/algorithm-data/read-channel.ts';

const read = fileReader(dataFolder(), 'application/x-recordio-protobuf');

const dense = (rows: readonly (readonly number[])[], labels?: readonly number[]) =>
  Buffer.concat([
    ...denseTensorRecords(
      { rows: rows.length, columns: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) },
      labels && Float64Array.from(labels),
    ),
  ]);

const sparse = (
  columns: number,
  rows: readonly (readonly (readonly [number, number])[])[],
  labels?: readonly number[],
) => {
  const entries = rows.flat();
  const starts = rows.map((_, at) => rows.slice(0, at).flat().length).concat(entries.length);
  const values = Float32Array.from(entries.map(([, value]) => value));
  const matrix = { rows: rows.length, columns, values, indices: entries.map(([index]) => index), starts };
  return Buffer.concat([...sparseTensorRecords(matrix, labels && Float32Array.from(labels))]);
};

/** A part of a record with a continuation flag. */
function part(flag: number, content: string): Buffer {
  const frame = frameRecord(Buffer.from(content));
  frame.writeUInt32LE(flag * 2 ** 29 + content.length, 4);
  return frame;
}

async function contents(source: Buffer | AsyncIterable<Buffer>): Promise<string[]> {
  const list: string[] = [];
  for await (const content of readRecordIo(source)) list.push(content.toString());
  return list;
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('dense records are rows with labels', async () => {
  const bytes = dense(
    [
      [1, 2.5],
      [-3, 4],
    ],
    [7, 8],
  );
  assert.deepEqual(rowsOf(await read(bytes)), [
    [7, 1, 2.5],
    [8, -3, 4],
  ]);
  assert.deepEqual(rowsOf(await read(bytes, { labelSize: 0 })), [
    [1, 2.5],
    [-3, 4],
  ]);
});

test('sparse records are CSR rows, ordered by their keys', async () => {
  const [batch] = await read(
    sparse(
      1000,
      [
        [
          [3, 1],
          [999, 2],
        ],
        [],
        [
          [8, 5],
          [2, 4],
        ],
      ],
      [1, 0, 1],
    ),
  );
  assert.equal(batch?.columns, 1000);
  assert.deepEqual(rowsOf([batch]), [[1, '3:1', '999:2'], [0], [1, '2:4', '8:5']]);
});

test('a batch has rows of one kind', async () => {
  const batches = await read(Buffer.concat([dense([[1]], [0]), sparse(4, [[[2, 5]]], [1]), dense([[2], [3]], [0, 1])]));
  assert.deepEqual(
    batches.map(({ kind, rows }) => [kind, rows]),
    [
      ['dense', 1],
      ['sparse', 1],
      ['dense', 2],
    ],
  );
});

test('no row is lost where a row of another kind fills a batch by itself', async () => {
  // So long a row is a batch of its own.
  const long = dense([Array.from({ length: 2_200_000 }, () => 1)], [0]);
  const batches = await read(Buffer.concat([sparse(4, [[[2, 5]]], [1]), long, sparse(4, [[[3, 6]]], [1])]));
  assert.deepEqual(
    batches.map(({ kind, rows }) => [kind, rows]),
    [
      ['sparse', 1],
      ['dense', 1],
      ['sparse', 1],
    ],
  );
});

test('integers and singles are read as they are', async () => {
  const values = Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31), 127, 128);
  const bytes = Buffer.concat([...denseTensorRecords({ rows: 1, columns: 6, values }, Int32Array.of(-5))]);
  assert.deepEqual(rowsOf(await read(bytes, { precision: 64 })), [[-5, ...values]]);
});

test('all members of a record are read', async () => {
  const text = (field: number, value: string) =>
    Buffer.concat([Buffer.of((field << 3) | 2, value.length), Buffer.from(value)]);
  const bytesValue = text(9, text(1, 'ab').toString() + text(1, 'c').toString() + text(2, 'image/jpeg').toString());
  const feature = text(
    1,
    text(1, 'image').toString() + Buffer.concat([Buffer.of(0x12, bytesValue.length), bytesValue]).toString(),
  );
  const record = Buffer.concat([feature, text(3, 'id'), text(4, 'meta'), text(5, '{}'), Buffer.of(0x78, 1)]);
  for await (const { features, label, ...texts } of readRecords(frameRecord(record))) {
    assert.deepEqual(features.get('image'), {
      bytes: [new Uint8Array([97, 98]), new Uint8Array([99])],
      contentType: 'image/jpeg',
    });
    assert.equal(label.size, 0);
    assert.deepEqual(texts, { uid: 'id', metadata: 'meta', configuration: '{}' });
  }
});

test('numbers that are not packed are read', async () => {
  const float = (value: number) => {
    const bytes = Buffer.alloc(5);
    bytes[0] = 0x0d;
    bytes.writeFloatLE(value, 1);
    return bytes;
  };
  const nest = (tag: number, ...content: Buffer[]) => {
    const inner = Buffer.concat(content);
    return Buffer.concat([Buffer.of(tag, inner.length), inner]);
  };
  const record = nest(0x0a, nest(0x0a, Buffer.from('values')), nest(0x12, nest(0x12, float(1.5), float(-2))));
  assert.deepEqual(rowsOf(await read(frameRecord(record))), [[1.5, -2]]);
});

test('the parts of a large record are joined', async () => {
  const bytes = Buffer.concat([part(0, 'one'), part(1, 'abcd'), part(2, 'efgh'), part(3, 'i'), part(0, '')]);
  assert.deepEqual(await contents(bytes), ['one', 'abcdefghi', '']);
});

test('records are the same whatever the chunks, compressed or not', async () => {
  const list = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(list, fc.integer({ min: 1, max: 50 }), fc.boolean(), async (texts, size, isGzip) => {
      const bytes = Buffer.concat(texts.map((text) => frameRecord(Buffer.from(text))));
      assert.deepEqual(await contents(chunksOf(isGzip ? gzipSync(bytes) : bytes, size)), texts);
    }),
    { numRuns: 200 },
  );
});

interface Refusal {
  readonly name: string;
  readonly bytes: Buffer;
  readonly rule: DataRule;
  readonly position: DataPosition;
  readonly options?: ReaderOptions;
}

const whole = dense(
  [
    [1, 2],
    [3, 4],
  ],
  [0, 1],
);
const second = whole.length / 2;
const damaged = (change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(whole);
  change(bytes);
  return bytes;
};

// The shape is the last field of a record without labels. As field 15 it is unknown.
const shapeless = (bytes: Buffer) => {
  const at = bytes.lastIndexOf(Buffer.of(0x1a, 1, 9));
  bytes[at] = 0x7a;
  return bytes;
};

const REFUSED: readonly Refusal[] = [
  {
    name: 'CSV',
    bytes: Buffer.from('1,2,3,4,5\n'),
    rule: 'recordio-magic',
    position: { offset: 0 },
  },
  {
    name: 'a damaged magic number',
    bytes: damaged((bytes) => bytes.writeUInt8(0, second)),
    rule: 'recordio-magic',
    position: { offset: second },
  },
  {
    name: 'a record that is cut off',
    bytes: whole.subarray(0, -4),
    rule: 'recordio-length',
    position: { offset: second },
  },
  {
    name: 'a header that is cut off',
    bytes: Buffer.concat([whole, whole.subarray(0, 5)]),
    rule: 'recordio-length',
    position: { offset: whole.length },
  },
  {
    name: 'a length that is too large',
    bytes: damaged((bytes) => bytes.writeUInt32LE(2 ** 29 - 1, 4)),
    rule: 'recordio-length',
    position: { offset: 4 },
  },
  {
    name: 'an unknown flag',
    bytes: damaged((bytes) => bytes.writeUInt8(0xe0, 7)),
    rule: 'recordio-length',
    position: { offset: 4 },
  },
  {
    name: 'a last part without a first',
    bytes: Buffer.concat([whole, part(3, 'a')]),
    rule: 'recordio-length',
    position: { offset: whole.length },
  },
  {
    name: 'a record without its last part',
    bytes: Buffer.concat([whole, part(1, 'abcd')]),
    rule: 'recordio-length',
    position: {},
  },
  {
    name: 'a record that is no message',
    bytes: Buffer.concat([whole, frameRecord(Buffer.from('hello'))]),
    rule: 'protobuf',
    position: { record: 3 },
  },
  {
    name: 'a record without features',
    bytes: frameRecord(Buffer.alloc(0)),
    rule: 'record-shape',
    position: { record: 1 },
  },
  {
    name: 'a missing label',
    bytes: Buffer.concat([whole, dense([[1, 2]])]),
    rule: 'label-missing',
    position: { record: 3 },
  },
  {
    name: 'no label where one is needed',
    bytes: dense([[1, 2]]),
    options: { labelSize: 1 },
    rule: 'label-missing',
    position: { record: 1 },
  },
  {
    name: 'another number of features',
    bytes: Buffer.concat([whole, dense([[1, 2, 3]], [0])]),
    rule: 'row-length',
    position: { record: 3 },
  },
  { name: 'NaN', bytes: dense([[1, Number.NaN]]), rule: 'not-finite', position: { record: 1 } },
  {
    name: 'a label that is infinite',
    bytes: dense([[1, 2]], [Number.NEGATIVE_INFINITY]),
    rule: 'not-finite',
    position: { record: 1 },
  },
  { name: 'a number too large for 32 bits', bytes: dense([[1, 1e39]]), rule: 'value-range', position: { record: 1 } },
  {
    name: 'a shape beyond the features',
    bytes: sparse(9, [[[8, 1]]]),
    options: { columns: 8 },
    rule: 'row-length',
    position: { record: 1 },
  },
  {
    name: 'a key beyond the features',
    bytes: shapeless(sparse(9, [[[8, 1]]])),
    options: { columns: 8 },
    rule: 'index-range',
    position: { record: 1 },
  },
  {
    name: 'a key twice',
    bytes: sparse(9, [
      [
        [8, 1],
        [3, 1],
        [8, 2],
      ],
    ]),
    rule: 'index-order',
    position: { record: 1 },
  },
  { name: 'gzip that is cut off', bytes: gzipSync(whole).subarray(0, -9), rule: 'gzip', position: {} },
];

for (const { name, bytes, rule, position, options } of REFUSED) {
  test(`${name} is a data error with rule and position`, async () => {
    await assertRefused(read(bytes, options), rule, position);
  });
}

test('a text file in place of RecordIO: the fix names the content type', async () => {
  await assert.rejects(read(Buffer.from('label,x\n1,2\n')), {
    fix: /^The file is text\. Set ContentType of the channel, such as text\/csv/,
  });
  await assert.rejects(read(Buffer.alloc(8, 0xff)), { fix: /^Write each record/ });
});

test('arrays that do not fit the matrix are refused before anything is written', () => {
  const values = Float32Array.of(1, 2, 3);
  assert.throws(() => [...denseTensorRecords({ rows: 2, columns: 2, values })], /3 values instead of 2 × 2/);
  assert.throws(
    () => [...denseTensorRecords({ rows: 3, columns: 1, values }, Float32Array.of(1))],
    /1 labels for 3 rows/,
  );
  const csr = { rows: 1, columns: 3, values, indices: [0, 1, 3], starts: [0, 3] };
  assert.throws(() => [...sparseTensorRecords(csr)], /index out of range/);
  assert.throws(() => [...sparseTensorRecords({ ...csr, starts: [0, 4] })], /the starts of row 0 are 0 and 4/);
});

test('damaged records are rows or a data error', async () => {
  const source = Buffer.concat([
    dense(
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
    ),
    sparse(
      300,
      [
        [
          [3, 1],
          [299, 2],
        ],
        [],
      ],
      [1, 0],
    ),
  ]);
  const changes = fc.array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(source.length), async (list, length) => {
      const bytes = Buffer.from(source);
      for (const [at, value] of list) bytes[at] = value;
      await assertReadOrRefused(read(bytes.subarray(0, length)));
      // Behind an intact frame, any message.
      await assertReadOrRefused(read(frameRecord(bytes.subarray(8, 8 + (length % 48)))));
    }),
    { numRuns: 500 },
  );
});
