import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { channelReader } from '../../../../src/algorithm/data/channel-reader.ts';
import { denseTensorRecords, sparseTensorRecords } from '../../../../src/algorithm/data/recordio/index.ts';
import { temporaryFolder } from '../../../support/job.ts';

const LABELS = Float32Array.of(1, 7);
const DENSE = { rows: 2, columns: 2, values: Float32Array.of(1, 2, 3, 4) };
const SPARSE = { rows: 2, columns: 2, values: Float32Array.of(1, 2), indices: [0, 1], starts: [0, 1, 2] };

const FORMS: readonly (readonly [string, string, string | Buffer, object])[] = [
  ['CSV', 'text/csv', '\n1,2,3\n\n7,4,5\n', { line: 4, column: 1 }],
  ['CSV with quotes', 'text/csv', '1,2,3\n"7",4,5\n', { line: 2, column: 1 }],
  ['libsvm', 'text/libsvm', '1 0:2\n# note\n7 0:4\n', { line: 3, column: 1 }],
  ['JSON Lines', 'jsonlines', '{"label":1,"features":[2]}\n{"label":7,"features":[2]}\n', { line: 2 }],
  ['dense records', 'recordio-protobuf', Buffer.concat([...denseTensorRecords(DENSE, LABELS)]), { record: 2 }],
  ['sparse records', 'recordio-protobuf', Buffer.concat([...sparseTensorRecords(SPARSE, LABELS)]), { record: 2 }],
];

for (const [form, contentType, content, position] of FORMS) {
  test(`a label that is no class is reported at its place in ${form}`, async (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'part'), content);
    const checkLabel = (label: number) => (label === 1 ? undefined : 'but must be 1');
    const { epoch } = channelReader({ name: 'train', dir, inputMode: 'File', contentType }, { checkLabel });
    await assert.rejects(epoch().next(), {
      rule: 'label-value',
      message: 'the label of a row is 7, but must be 1',
      position: { file: 'train/part', ...position },
    });
  });
}

for (const [form, contentType, content, position] of [
  ['CSV', 'text/csv', '1,1,3\n1,-2,5\n', { line: 2, column: 2 }],
  ['libsvm', 'text/libsvm', '1:1 0:2\n1:-2 0:4\n', { line: 2, column: 1 }],
  ['JSON Lines', 'jsonlines', '{"label":1,"features":[2],"weight":-2}\n', { line: 1 }],
] as const) {
  test(`a weight that is refused is reported at its place in ${form}`, async (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'part'), content);
    const checkWeight = (weight: number) => (weight < 0 ? 'but must be 0 or more' : undefined);
    const channel = { name: 'train', dir, inputMode: 'File', contentType } as const;
    await assert.rejects(channelReader(channel, { hasWeights: true, checkWeight }).epoch().next(), {
      rule: 'weight-value',
      message: 'the weight of a row is -2, but must be 0 or more',
      position: { file: 'train/part', ...position },
    });
  });
}

test('the delimiter is detected also where the columns are given', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'part'), '1;2;3\n');
  const channel = { name: 'train', dir, inputMode: 'File', contentType: 'text/csv' } as const;
  const { value } = await channelReader(channel, { delimiter: 'detect', columns: 2 }).epoch().next();
  assert.ok(value?.kind === 'dense');
  assert.deepEqual([...value.labels, ...value.values], [1, 2, 3]);
});
