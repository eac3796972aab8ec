import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeJob, startTrain } from '../support/job.ts';

const HPS = 'input/config/hyperparameters.json';
const RESOURCES = 'input/config/resourceconfig.json';
const CHANNELS = 'input/config/inputdataconfig.json';

function runWith(t: TestContext, file: string, content: string | Buffer | undefined | 'folder') {
  const base = makeJob(t, { program: 'train.sh', files: { 'code/train.sh': 'echo ran\n' } });
  rmSync(join(base, file));
  if (content === 'folder') mkdirSync(join(base, file));
  else if (content !== undefined) writeFileSync(join(base, file), content);
  return startTrain(t, base).ended;
}

const CASES: ReadonlyArray<readonly [string, string, string | Buffer | undefined, RegExp, RegExp]> = [
  [
    'a missing file',
    HPS,
    undefined,
    /CONFIG_MISSING: .*hyperparameters\.json does not exist/,
    /Fix: .*Mount a folder that holds input\/config/,
  ],
  ['a missing file', RESOURCES, undefined, /CONFIG_MISSING: .*resourceconfig\.json does not exist/, /Fix: /],
  ['a missing file', CHANNELS, undefined, /CONFIG_MISSING: .*inputdataconfig\.json does not exist/, /Fix: /],
  [
    'a folder instead of a file',
    HPS,
    'folder',
    /CONFIG_UNREADABLE: .*hyperparameters\.json cannot be read: it is a folder/,
    /Fix: Put a regular file there/,
  ],
  [
    'bytes that are no UTF-8',
    HPS,
    Buffer.from('{"a": "\xff"}', 'latin1'),
    /CONFIG_NOT_UTF8: .*byte 7 is 0xff/,
    /Fix: Write the file as UTF-8/,
  ],
  [
    'a missing comma',
    HPS,
    '{\n  "a": "1"\n  "b": "2"\n}',
    /CONFIG_NOT_JSON: .*hyperparameters\.json, line 3, column 3: expected/,
    /Fix: Add the missing comma/,
  ],
  [
    'a file that was cut off',
    RESOURCES,
    '{"hosts": ["a',
    /CONFIG_NOT_JSON: .*resourceconfig\.json, line 1, column/,
    /Fix: Close the string with a double quote; or was the file cut off/,
  ],
  [
    'a file that ends too early',
    RESOURCES,
    '{"hosts": ["a"',
    /CONFIG_NOT_JSON: .*, line 1, column 15/,
    /Fix: The file ends too early/,
  ],
  [
    'an empty file',
    CHANNELS,
    '',
    /CONFIG_NOT_JSON: .*inputdataconfig\.json, line 1, column 1/,
    /Fix: The file is empty/,
  ],
  [
    'a list for an object',
    HPS,
    '[]',
    /CONFIG_SHAPE: .*hyperparameters\.json: expected the file to be an object, got a list/,
    /Fix: Make the file an object/,
  ],
  [
    'a missing field',
    RESOURCES,
    '{"hosts": ["a"]}',
    /CONFIG_SHAPE: .*expected "current_host" to be a string, got nothing/,
    /Fix: Add "current_host"/,
  ],
  [
    'a field of the wrong type',
    RESOURCES,
    '{"current_host": "a", "hosts": ["a", 5]}',
    /CONFIG_SHAPE: .*expected "hosts\[1\]" to be a string, got a number \(5\)/,
    /Where: .*field hosts\[1\]/,
  ],
  [
    'channels that are a text',
    CHANNELS,
    '"training"',
    /CONFIG_SHAPE: .*expected the file to be an object with a member for each channel, got a string/,
    /Fix: /,
  ],
];

for (const [what, file, content, message, more] of CASES) {
  test(`${what} is a clear error, a failure file and exit code 1: ${file}`, async (t) => {
    const result = await runWith(t, file, content);
    assert.equal(result.code, 1);
    assert.equal(result.stdout, '');
    assert.equal(result.isSuccess, false);
    assert.match(result.failure ?? '', /^UserError /);
    assert.match(result.failure ?? '', message);
    assert.match(result.failure ?? '', more);
    for (const line of (result.failure ?? '').split('\n')) assert.equal(result.stderr.includes(line), true, line);
  });
}

test('a setting with a value that it cannot have is a clear error naming where it was given', async (t) => {
  const base = makeJob(t, {
    program: 'train.sh',
    hyperparameters: { optml_package: 'sometimes' },
    files: { 'code/train.sh': '' },
  });
  const result = await startTrain(t, base).ended;
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /SETTING_INVALID: expected OPTML_PACKAGE to be "auto" or "always" or "never", got "sometimes"\nWhere: input\/config\/hyperparameters.json, field optml_package\n/,
  );
});
