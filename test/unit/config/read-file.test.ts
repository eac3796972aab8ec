import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readConfigFile } from '../../../src/config/read-file.ts';
import { temporaryFolder } from '../../support/job.ts';

function fileWith(t: TestContext, content: string | Buffer): string {
  const file = join(temporaryFolder(t), 'config.json');
  writeFileSync(file, content);
  return file;
}

test('a file of UTF-8 JSON is read, with or without a byte order mark', (t) => {
  assert.deepEqual(readConfigFile(fileWith(t, '{"a": "é"}')), new Map([['a', 'é']]));
  assert.deepEqual(readConfigFile(fileWith(t, '\ufeff{"a": "é"}')), new Map([['a', 'é']]));
});

test('a replacement character that the file really holds is text like any other', (t) => {
  assert.equal(readConfigFile(fileWith(t, '"\ufffd"')), '\ufffd');
});

test('only one byte order mark is accepted', (t) => {
  const file = fileWith(t, '\ufeff\ufeff{}');
  assert.throws(() => readConfigFile(file), { code: 'CONFIG_NOT_JSON', where: `${file}, line 1, column 1` });
});

test('a missing file is an error that names it and the clauses', (t) => {
  const file = join(temporaryFolder(t), 'resourceconfig.json');
  assert.throws(() => readConfigFile(file), {
    code: 'CONFIG_MISSING',
    message: `${file} does not exist`,
    where: file,
    fix: /C10-C12/,
  });
  assert.throws(() => readConfigFile(join(fileWith(t, ''), 'below')), { code: 'CONFIG_MISSING' });
});

test('a directory in place of the file is an error that names it', (t) => {
  const file = join(temporaryFolder(t), 'config.json');
  mkdirSync(file);
  assert.throws(() => readConfigFile(file), {
    code: 'CONFIG_UNREADABLE',
    message: `${file} cannot be read: it is a folder`,
    fix: 'Put a regular file there.',
  });
});

test('an unreadable file is an error that names the user', {
  skip: process.getuid?.() === 0 && 'SKIPPED: root reads every file',
}, (t) => {
  const file = fileWith(t, '{}');
  chmodSync(file, 0);
  assert.throws(() => readConfigFile(file), {
    code: 'CONFIG_UNREADABLE',
    fix: `Make the file readable for user ${process.getuid?.()}.`,
  });
});

test('the first byte that is not UTF-8 is named with its value', (t) => {
  const cases: ReadonlyArray<readonly [bytes: readonly number[], offset: number, byte: string]> = [
    [[0x22, 0xff, 0x22], 1, '0xff'],
    [[0x22, 0xc3, 0xa9, 0xc3, 0x28, 0x22], 3, '0xc3'],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1, '0xed'],
    [[0x22, 0xef, 0xbf, 0xbd, 0x80, 0x22], 4, '0x80'],
    [[0xff, 0xfe, 0x7b, 0x00], 0, '0xff'],
    [[0x22, 0x61, 0xe2, 0x82], 2, '0xe2'],
  ];
  for (const [bytes, offset, byte] of cases) {
    const file = fileWith(t, Buffer.from(bytes));
    assert.throws(() => readConfigFile(file), {
      code: 'CONFIG_NOT_UTF8',
      message: `${file} is not UTF-8 text: byte ${offset} is ${byte}`,
      where: `${file}, byte ${offset}`,
    });
  }
});

test('what is not JSON is an error with line, column and a fix for what was probably meant', (t) => {
  const cases: ReadonlyArray<readonly [text: string, place: string, message: string, fix: string]> = [
    [
      '',
      'line 1, column 1',
      'expected a value, got the end of the text',
      'The file is empty: write a JSON object, "{}" at least.',
    ],
    [
      ' \n',
      'line 2, column 1',
      'expected a value, got the end of the text',
      'The file is empty: write a JSON object, "{}" at least.',
    ],
    [
      '{"a": 1',
      'line 1, column 8',
      'expected "," or "}", got the end of the text',
      'The file ends too early: was it cut off while being written?',
    ],
    ["{\n  'a': 1\n}", 'line 2, column 3', 'expected a name in double quotes, got "\'"', 'JSON wants double quotes.'],
    [
      '{"a": 1\n "b": 2}',
      'line 2, column 2',
      'expected "," or "}", got "\\"b\\""',
      'Add the missing comma or bracket before this place.',
    ],
    ['{"a": 1,}', 'line 1, column 9', 'expected a name in double quotes, got "}"', 'Correct line 1 of the file.'],
  ];
  for (const [text, location, message, fix] of cases) {
    const file = fileWith(t, text);
    assert.throws(() => readConfigFile(file), {
      code: 'CONFIG_NOT_JSON',
      message: `${file}, ${location}: ${message}`,
      where: `${file}, ${location}`,
      fix,
    });
  }
});

test('nesting without end is an error, not a crash', (t) => {
  const file = fileWith(t, '['.repeat(200_000));
  assert.throws(() => readConfigFile(file), {
    code: 'CONFIG_NOT_JSON',
    message: `${file}: nested deeper than 990 levels`,
  });
});
