import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import { checkRequest } from '../../../src/request/check-request.ts';
import { readRequestFile } from '../../../src/request/read-request.ts';
import { CREATE_TRAINING_JOB } from '../../../src/request/training-job.ts';
import { temporaryFolder } from '../../support/job.ts';

const TEXT = '{"TrainingJobName": "job", "HyperParameters": {"city": "Köln"}}';

/** The document, or `LINE:COLUMN message | fix` of the error for it. The file's own name is left out. */
async function read(t: TestContext, content: string | Buffer, name = 'job.json'): Promise<unknown> {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, content);
  try {
    return (await readRequestFile(file)).value;
  } catch (error) {
    assert.ok(isOptmlError(error) && error.code === 'REQUEST_INVALID' && error.exitCode === 2);
    return `${error.message.slice(file.length)} | ${error.fix}`;
  }
}

function wide(text: string, bytes: 2 | 4, isBigEndian: boolean): Buffer {
  return Buffer.concat(
    [...text].map((letter) => {
      const unit = Buffer.alloc(bytes);
      const code = letter.codePointAt(0) ?? 0;
      if (isBigEndian) unit.writeUIntBE(code, 0, bytes);
      else unit.writeUIntLE(code, 0, bytes);
      return unit;
    }),
  );
}

describe('the encoding of a request', () => {
  test('is UTF-8, with or without a byte order mark', async (t) => {
    assert.deepEqual(await read(t, TEXT), JSON.parse(TEXT));
    assert.deepEqual(await read(t, `\ufeff${TEXT}`), JSON.parse(TEXT));
    assert.deepEqual(await read(t, '\ufeffTrainingJobName: job\n', 'job.yaml'), { TrainingJobName: 'job' });
  });

  for (const [encoding, bytes, isBigEndian] of [
    ['UTF-16LE', 2, false],
    ['UTF-16BE', 2, true],
    ['UTF-32LE', 4, false],
    ['UTF-32BE', 4, true],
  ] as const) {
    test(`is named if it is ${encoding}, with the command that converts it`, async (t) => {
      for (const mark of ['', '\ufeff']) {
        for (const name of ['job.json', 'job.yaml']) {
          const message = await read(t, wide(mark + TEXT, bytes, isBigEndian), name);
          assert.match(String(message), new RegExp(`^: the file is encoded in ${encoding}`));
          assert.match(String(message), new RegExp(`Save it as UTF-8 .* iconv -f ${encoding} -t UTF-8`));
        }
      }
    });
  }

  test('is named if it is Latin-1, with the place of the first letter that is not UTF-8', async (t) => {
    const text = '{\n  "TrainingJobName": "job",\n  "HyperParameters": {"city": "Köln"}\n}';
    assert.equal(
      await read(t, Buffer.from(text, 'latin1')),
      ', line 3, column 33: byte 0xf6 is not UTF-8: the file seems to be encoded in Latin-1 (ISO 8859-1 or Windows-1252) | Save it as UTF-8 in your editor, or convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW-FILE',
    );
  });
});

describe('a JSON document', () => {
  for (const [what, text, expected] of [
    [
      'a name that an object has twice',
      '{"a": 1,\n "a": 2}',
      ', line 2, column 2: the name "a" is in this object twice | Remove one of the two.',
    ],
    [
      'a name twice in a list',
      '[{"a": [{"b": 1, "\\u0062": 2}]}]',
      ', line 1, column 18: the name "b" is in this object twice | Remove one of the two.',
    ],
    [
      'a line comment',
      '{\n  // the name\n}',
      ', line 2, column 3: expected a name in double quotes, got "/" | JSON has no comments: remove it, or write the file as YAML (.yaml), which has.',
    ],
    [
      'a comment of a shell',
      '{"a": "b" # c\n}',
      ', line 1, column 11: expected "," or "}", got "#" | JSON has no comments: remove it, or write the file as YAML (.yaml), which has.',
    ],
    ['a number with leading zeros', '{"a": 007}', ', line 1, column 7: expected a number, got "007" | Quote it: "007"'],
    ['a version', '{"a": 1.2.3}', ', line 1, column 7: expected a number, got "1.2.3" | Quote it: "1.2.3"'],
    ['a word', '{"a": True}', ', line 1, column 7: expected a value, got "True" | Quote it: "True"'],
    ['not a number', '{"a": NaN}', ', line 1, column 7: expected a value, got "NaN" | Quote it: "NaN"'],
    ['an infinity', '[-Infinity]', ', line 1, column 2: expected a value, got "-Infinity" | Quote it: "-Infinity"'],
    [
      'single quotes',
      "{'a': 1}",
      ', line 1, column 2: expected a name in double quotes, got "\'" | Write double quotes; Python writes them with json.dumps.',
    ],
    [
      'a comma at the end',
      '{"a": 1,}',
      ', line 1, column 9: expected a name in double quotes, got "}" | Remove the comma before it.',
    ],
    [
      'an end that is missing',
      '{"a": 1',
      ', line 1, column 8: expected "," or "}", got the end of the text | The file ends too early: was it cut off?',
    ],
    [
      'nothing',
      ' \n',
      ', line 2, column 1: expected a value, got the end of the text | The file is empty: "optml init" writes a project with a job file.',
    ],
  ] as const) {
    test(`with ${what} is an error with its place and the way to correct it`, async (t) => {
      assert.equal(await read(t, text), expected);
    });
  }
});

describe('the hint to quote a hyperparameter', () => {
  const WRITTEN = ['1.10', '1e5', '12345678901234567890', '-0', '1E+2', 'true'];

  async function hints(t: TestContext, name: string, text: string): Promise<readonly (string | undefined)[]> {
    const file = join(temporaryFolder(t), name);
    writeFileSync(file, text);
    const { value, scalars } = await readRequestFile(file);
    const { problems = [] } = checkRequest(CREATE_TRAINING_JOB, value, true, scalars);
    return problems.filter(({ path }) => path.startsWith('HyperParameters')).map(({ fix }) => fix);
  }

  test('repeats the text of a JSON file', async (t) => {
    const members = WRITTEN.map((text, index) => `"a ${index}": ${text}`).join(', ');
    const expected = WRITTEN.map((text) => `Quote it: "${text}".`);
    assert.deepEqual(await hints(t, 'job.json', `{"HyperParameters": {${members}}}`), expected);
  });

  test('repeats the text of a YAML file', async (t) => {
    const texts = [...WRITTEN, '007', '0x1F', 'True', '.5'];
    const members = texts.map((text, index) => `  a${index}: ${text}`).join('\n');
    assert.deepEqual(
      await hints(t, 'job.yml', `HyperParameters:\n${members}\n`),
      texts.map((text) => `Quote it: "${text}".`),
    );
  });
});
