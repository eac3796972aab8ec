// optml/recordio beside sagemaker.amazon.common of the SageMaker Python SDK.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { denseTensorRecords, sparseTensorRecords } from '../../src/algorithm/data/recordio/index.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';

interface Matrix {
  readonly type: 'float32' | 'float64' | 'int32';
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
  readonly labels: readonly number[] | null;
  readonly indices?: readonly number[];
  readonly starts?: readonly number[];
}

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

const numberOf = (type: Matrix['type']) =>
  type === 'int32'
    ? fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 }))
    : type === 'float32'
      ? fc.float({ noNaN: true, noDefaultInfinity: true })
      : fc.double({ noNaN: true, noDefaultInfinity: true });

const dense: fc.Arbitrary<Matrix> = fc
  .record({
    type: fc.constantFrom('float32', 'float64', 'int32'),
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 90 }),
    hasLabels: fc.boolean(),
  })
  .chain(({ type, rows, columns, hasLabels }) =>
    fc.record({
      type: fc.constant(type),
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: listOf(numberOf(type), rows * columns),
      labels: hasLabels ? listOf(numberOf(type), rows) : fc.constant(null),
    }),
  );

/** Rows with some of the columns, among them none and large ones, whose keys have several bytes. */
const sparse: fc.Arbitrary<Matrix> = fc
  .record({
    type: fc.constantFrom('float32', 'float64', 'int32'),
    columns: fc.constantFrom(1, 40, 1000, 3_000_000),
    hasLabels: fc.boolean(),
  })
  .chain(({ type, columns, hasLabels }) =>
    fc
      .array(fc.uniqueArray(fc.integer({ min: 0, max: columns - 1 }), { maxLength: 30 }), {
        minLength: 1,
        maxLength: 6,
      })
      .chain((rows) => {
        const indices = rows.flatMap((row) => row.toSorted((a, b) => a - b));
        const starts = rows.map((_, at) => rows.slice(0, at).flat().length).concat(indices.length);
        return fc.record({
          type: fc.constant(type),
          rows: fc.constant(rows.length),
          columns: fc.constant(columns),
          values: listOf(numberOf(type), indices.length),
          labels: hasLabels ? listOf(numberOf(type), rows.length) : fc.constant(null),
          indices: fc.constant(indices),
          starts: fc.constant(starts),
        });
      }),
  );

function listOf(number: fc.Arbitrary<number>, length: number) {
  return fc.array(number, { minLength: length, maxLength: length });
}

function recordsOf(matrix: Matrix): Buffer {
  const numbers = ARRAYS[matrix.type];
  const labels = matrix.labels === null ? undefined : numbers.from(matrix.labels);
  const { rows, columns, indices, starts } = matrix;
  const values = numbers.from(matrix.values);
  const chunks =
    indices === undefined || starts === undefined
      ? denseTensorRecords({ rows, columns, values }, labels)
      : sparseTensorRecords({ rows, columns, values, indices, starts }, labels);
  return Buffer.concat([...chunks]);
}

for (const [kind, matrices] of [
  ['dense', dense],
  ['sparse', sparse],
] as const) {
  test(`${kind} tensors are the bytes that the SDK writes, and the SDK reads them`, (t) => {
    const bin = pythonPackages(t, 'data-formats');
    if (bin === undefined) return;
    const samples = fc.sample(matrices, 200);
    const program = join(import.meta.dirname, 'programs', 'write-tensors.py');
    const input = JSON.stringify(
      samples.map((matrix) => ({ ...matrix, records: recordsOf(matrix).toString('base64') })),
      // JSON would lose the sign of zero.
      (_, value: unknown) => (Object.is(value, -0) ? 0 : value),
    );
    const env = { ...process.env, SAGEMAKER_SUPPRESS_V2_WARNING: '1' };
    const { stdout, stderr } = spawnSync(join(bin, 'python'), [program], {
      encoding: 'utf8',
      env,
      input,
      maxBuffer: 2 ** 28,
    });
    const answers = stdout.split('\n').filter((line) => line.startsWith('{"written"'));
    assert.equal(answers.length, samples.length, stderr);
    for (const [index, matrix] of samples.entries()) {
      const answer = JSON.parse(answers[index] ?? '');
      const plain = {
        ...matrix,
        values: matrix.values.map((value) => value + 0),
        labels: matrix.labels?.map((value) => value + 0) ?? null,
      };
      assert.equal(answer.written, recordsOf(plain).toString('base64'), JSON.stringify(matrix));
      const values = answer.read.flatMap((row: { readonly values: readonly number[] }) => row.values);
      assert.deepEqual(
        values.map((value: number) => value + 0),
        plain.values,
      );
      if (matrix.indices === undefined) continue;
      assert.deepEqual(
        answer.read.flatMap((row: { readonly keys: readonly number[] }) => row.keys),
        matrix.indices,
      );
      assert.ok(answer.read.every((row: { readonly shape: readonly number[] }) => row.shape[0] === matrix.columns));
    }
  });
}
