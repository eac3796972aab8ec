import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../../../../src/cli/options/parse-options.ts';

const RULES = {
  command: 'optml x',
  optionalOperands: ['FILE'],
  flags: ['help', 'quick'],
  values: ['name'],
  lists: ['env'],
};

test('an option that may be given several times keeps all values, in their order, and takes one word each', () => {
  const given = parseOptions(['--env', 'A=1', 'job.json', '--env=B=x=y', '--env', '-1'], RULES);
  assert.deepEqual(given.lists.get('env'), ['A=1', 'B=x=y', '-1']);
  assert.deepEqual(given.operands, ['job.json']);
  assert.deepEqual(parseOptions([], RULES).lists.get('env'), []);
});

test('of other options that are given twice the last counts', () => {
  const given = parseOptions(['--name', 'a', '--quick', '--name', 'b', '--quick'], RULES);
  assert.equal(given.values.get('name'), 'b');
  assert.deepEqual([...given.flags], ['quick']);
});

test('an option that may be given several times needs a value each time', () => {
  for (const [args, fix] of [
    [['--env'], 'Run "optml x --help".'],
    [['--env', 'A=1', '--env'], 'Run "optml x --help".'],
    [['job.json', '--env', '--quick'], 'For a value that starts with "-", write --env=--quick'],
    [['--env', '-A=1'], 'For a value that starts with "-", write --env=-A=1'],
  ] as const) {
    assert.throws(() => parseOptions(args, RULES), { code: 'USAGE', message: 'optml x: --env needs a value', fix });
  }
  assert.deepEqual(parseOptions(['--env=-A=1', '--', '--env'], RULES).lists.get('env'), ['-A=1']);
});
