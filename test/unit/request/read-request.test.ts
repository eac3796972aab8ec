import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import { parseYamlText } from '../../../src/request/parse-yaml.ts';
import { readRequest } from '../../../src/request/read-request.ts';
import { SPECIAL_FILES, TOO_LARGE } from '../../support/hostile-inputs.ts';
import { temporaryFolder } from '../../support/job.ts';

test('JSON and YAML files are read, and what is wrong with them is reported by line and column', async (t) => {
  const dir = temporaryFolder(t);
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const expected = { TrainingJobName: 'job', HyperParameters: { epochs: '3', lr: 0.1 } };
  assert.deepEqual(await readRequest(write('a.json', `\ufeff${JSON.stringify(expected)}`)), expected);
  assert.deepEqual(
    await readRequest(write('a.yaml', 'TrainingJobName: job # name\nHyperParameters:\n  epochs: "3"\n  lr: 0.1\n')),
    expected,
  );
  for (const [name, text, where] of [
    ['b.json', '{\n "a": 1,\n}', /b\.json, line 3, column 1/],
    ['b.yml', 'a: 1\n b: 2\n', /b\.yml, line 1, column \d+/],
    ['none.json', undefined, /none\.json/],
  ] as const) {
    const file = text === undefined ? join(dir, name) : write(name, text);
    await assert.rejects(
      () => readRequest(file),
      (error) =>
        isOptmlError(error) &&
        error.code === 'REQUEST_INVALID' &&
        error.exitCode === 2 &&
        where.test(error.where ?? ''),
      name,
    );
  }
});

/** `LINE:COLUMN message`, or the value. */
function resultOf(text: string): unknown {
  const { problem, value } = parseYamlText(text);
  return problem === undefined ? value : `${problem.line}:${problem.column} ${problem.message}`;
}

const ALIASES_OF_ALIASES = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]',
  'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]',
  'd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]',
].join('\n');

const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    'an unknown alias',
    'a:\n  Regex: *loss\n',
    '2:10 there is no anchor &loss before *loss: quote text that starts with *',
  ],
  [
    'an alias before its anchor',
    'a: *x\nb: &x 1\n',
    '1:4 there is no anchor &x before *x: quote text that starts with *',
  ],
  ['an alias of what it is in', 'a: &x [1, *x]\n', '1:11 *x is inside of its own anchor'],
  [
    'aliases of aliases',
    ALIASES_OF_ALIASES,
    'undefined:undefined too many aliases of large values: write some of them out',
  ],
  ['a key twice', 'a: 1\na: 2\n', '2:1 Map keys must be unique'],
  ['a merge key', 'a:\n  <<: { b: 1 }\n', '2:3 merge keys (<<) are not supported: write the members out'],
  ['a number as a key', 'a:\n  1: b\n', '2:3 a key must be text, got 1: quote it'],
  ['no key', ': b\n', '1:1 a key must be text, got nothing'],
  ['a list as a key', '? [a]\n: b\n', '1:3 a key must be text, got a list, an object or an alias'],
  ['two documents', 'a: 1\n---\nb: 2\n', '2:1 the file contains more than one document'],
  ['binary', 'a: !!binary aGk=\n', '1:4 Unresolved tag: tag:yaml.org,2002:binary'],
  ['a tagged date', 'a: !!timestamp 2020-01-01\n', '1:4 Unresolved tag: tag:yaml.org,2002:timestamp'],
  ['a set', 'a: !!set { x, y }\n', '1:4 Unresolved tag: tag:yaml.org,2002:set'],
  ['a tag of its own', 'a: !secret b\n', '1:4 Unresolved tag: !secret'],
  ['many levels in brackets', `a: ${'['.repeat(100_000)}`, '1:103 nested more than 100 levels deep'],
  ['many levels in lines', `a:\n  ${'- '.repeat(100_000)}`, '2:200 nested more than 100 levels deep'],
];

for (const [what, text, expected] of REFUSED) {
  test(`YAML is refused with line and column: ${what}`, () => assert.equal(resultOf(text), expected));
}

test('a date and a word of YAML 1.1 stay text, also where the file declares that version', () => {
  const text = 'a: 2020-01-01\nb: yes\nc: 0777\nd: &x w\ne: *x\n"<<": 1\n';
  const value = { a: '2020-01-01', b: 'yes', c: 777, d: 'w', e: 'w', '<<': 1 };
  assert.deepEqual(resultOf(text), value);
  assert.deepEqual(resultOf(`%YAML 1.1\n---\n${text}`), value);
});

test('what YAML alone can express is an error of the file that names the place', async (t) => {
  const file = join(temporaryFolder(t), 'job.yaml');
  writeFileSync(file, 'AlgorithmSpecification:\n  MetricDefinitions:\n    - { Name: loss, Regex: *loss }\n');
  await assert.rejects(readRequest(file), (error) => {
    assert.ok(isOptmlError(error));
    assert.deepEqual([error.code, error.exitCode, error.where], ['REQUEST_INVALID', 2, `${file}, line 3, column 28`]);
    return true;
  });
});

test('a job file that is no regular file is an error that names it', { timeout: 20_000 }, async (t) => {
  for (const { kind, put, problem } of [...SPECIAL_FILES, TOO_LARGE]) {
    // A pipe is read: see the reader of pipes.
    if (kind === 'a named pipe') continue;
    const file = join(temporaryFolder(t), 'job.json');
    await put(file, t);
    await assert.rejects(readRequest('job.json', file), {
      code: 'REQUEST_INVALID',
      message: `the job file job.json cannot be read: ${problem}`,
      exitCode: 2,
    });
  }
});
