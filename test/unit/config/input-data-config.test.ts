import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readInputDataConfig } from '../../../src/config/input-data-config.ts';
import { temporaryFolder } from '../../support/job.ts';

function fileWith(t: TestContext, content: string): string {
  const file = join(temporaryFolder(t), 'inputdataconfig.json');
  writeFileSync(file, content);
  return file;
}

test('each member is a channel, in the order of the file, whatever it holds (C11)', (t) => {
  const { channels, raw } = readInputDataConfig(
    fileWith(
      t,
      '{"training": {"TrainingInputMode": "File", "Unknown": 1}, "2": null, "1": {"TrainingInputMode": "FastFile"}}',
    ),
  );
  assert.deepEqual(channels, ['training', '2', '1']);
  assert.ok(raw instanceof Map);
});

test('no channel at all is fine', (t) => {
  assert.deepEqual(readInputDataConfig(fileWith(t, '{}')).channels, []);
});

test('a list of names is accepted, as by the reference; a list of anything else is not', (t) => {
  assert.deepEqual(readInputDataConfig(fileWith(t, '["b", "a"]')).channels, ['b', 'a']);
  assert.throws(() => readInputDataConfig(fileWith(t, '["a", 1]')), {
    code: 'CONFIG_SHAPE',
    message: /\[1\]" to be a string, got a number \(1\)/,
  });
});

test('anything else is an error that says what is wanted', (t) => {
  for (const content of ['null', '"training"', '7', 'true']) {
    assert.throws(() => readInputDataConfig(fileWith(t, content)), {
      code: 'CONFIG_SHAPE',
      message: /an object with a member for each channel/,
    });
  }
});
