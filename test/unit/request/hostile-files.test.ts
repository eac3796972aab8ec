import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/errors/nearest.ts';
import { checkShape } from '../../../src/request/check-shape.ts';
import { parseJsonDocument } from '../../../src/request/document/json-document.ts';
import { recogniseDocument, recogniseText } from '../../../src/request/document/recognise.ts';
import { parseYamlText } from '../../../src/request/parse-yaml.ts';
import { describeProblems } from '../../../src/request/problem.ts';

/** The time of the processor: other programs of the machine do not count. */
function secondsOf(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const TEXTS: Readonly<Record<string, string>> = {
  'empty lines': `${'\n'.repeat(2_000_000)}x`,
  'lines of spaces': `${' \n'.repeat(500_000)}resource`,
  'the start of a Terraform block': `resource${' "a"'.repeat(500_000)}`,
  'the start of a logged request': `${'train request '.repeat(100_000)}\n`.repeat(2),
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`a text that is not JSON is refused soon: ${name}`, () => {
    const seconds = secondsOf(() => {
      assert.notEqual(parseJsonDocument(text).problem, undefined);
      assert.equal(recogniseText(text, 'job.json'), undefined);
    });
    assert.ok(seconds < 4, `${seconds} s`);
  });
}

const YAML: Readonly<Record<string, string>> = {
  'many keys': Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join('\n'),
  'many keys on one line': `{${Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join(', ')}}`,
  'many anchors of one node': '&a '.repeat(40_000),
  'many tags of one node': '! '.repeat(40_000),
};

for (const [name, text] of Object.entries(YAML)) {
  test(`a YAML text is read soon: ${name}`, () => {
    const seconds = secondsOf(() => parseYamlText(text));
    assert.ok(seconds < 6, `${seconds} s`);
  });
}

test('a YAML text that is longer than any request is refused before it is read', () => {
  const seconds = secondsOf(() => {
    assert.match(parseYamlText('- 1\n'.repeat(2_000_000)).problem?.message ?? '', /^the file has more than 1048576 /);
  });
  assert.ok(seconds < 1, `${seconds} s`);
});

test('a key that a map has twice is a problem at its second place, whatever is between', () => {
  const { problem } = parseYamlText('a: 1\nb:\n  - x: 1\n    y: 2\n    x: 3\n');
  assert.deepEqual(problem, { message: 'Map keys must be unique', line: 5, column: 5 });
});

test('a log is recognised at the line and the brace where its request starts', () => {
  const { line, column } = recogniseText('one\nDEBUG train request: {"a": 1}\n', 'job.json') ?? {};
  assert.deepEqual([line, column], [2, 22]);
});

test('a resource whose type is no text is not of a template', () => {
  const value = { Resources: { a: { Type: { toString: 1, valueOf: 2 } } } };
  assert.equal(recogniseDocument(value), undefined);
});

test('the known name nearest to a very long one is sought soon', () => {
  const seconds = secondsOf(() => assert.equal(nearest('a'.repeat(5_000_000), ['Tags', 'RoleArn']), undefined));
  assert.ok(seconds < 1, `${seconds} s`);
  assert.equal(nearest('RolArn', ['Tags', 'RoleArn']), 'RoleArn');
  assert.equal(nearest('ag', ['Tag']), 'Tag');
});

test('of a list that is too long, only as many items are checked as it may have', () => {
  const model = {
    operation: 'Create',
    requestShape: 'Request',
    shapes: {
      Request: { type: 'structure', members: { Tags: 'Tags' } },
      Tags: { type: 'list', member: 'Tag', max: 2 },
      Tag: { type: 'string' },
    },
  } as const;
  const paths = checkShape({ Tags: Array.from({ length: 1000 }, () => 5) }, model).map(({ path }) => path);
  assert.deepEqual(paths, ['Tags', 'Tags[0]', 'Tags[1]']);
});

test('the path of a problem is cut where it is very long', () => {
  assert.equal(describeProblems([{ path: 'A'.repeat(5_000_000), message: 'bad' }]), `  ${'A'.repeat(300)}…: bad`);
});
