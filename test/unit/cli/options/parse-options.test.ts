import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../../../../src/cli/options/parse-options.ts';

const RULES = { command: 'optml env', flags: ['json', 'shell', 'help'], exclusive: ['json', 'shell'] };
const parse = (...args: string[]) => [...parseOptions(args, RULES).flags];

test('the flags that were given come back, also when given twice', () => {
  assert.deepEqual(parse(), []);
  assert.deepEqual(parse('--json'), ['json']);
  assert.deepEqual(parse('--help', '--json'), ['json', 'help']);
  assert.deepEqual(parse('--json', '--json'), ['json']);
});

test('an unknown option is an error with the nearest one, and exit code 2', () => {
  assert.throws(() => parse('--jsn'), {
    code: 'USAGE',
    exitCode: 2,
    message: 'optml env: unknown option "--jsn"',
    fix: 'Did you mean "--json"?',
  });
  assert.throws(() => parse('--wrong'), {
    message: 'optml env: unknown option "--wrong"',
    fix: 'Run "optml env --help".',
  });
  assert.throws(() => parse('-j'), { message: 'optml env: unknown option "-j"' });
  assert.throws(() => parse('--no-json'), { message: 'optml env: unknown option "--no-json"' });
  assert.throws(() => parse('--constructor'), { message: 'optml env: unknown option "--constructor"' });
});

test('an argument is an error', () => {
  assert.throws(() => parse('train'), {
    code: 'USAGE',
    exitCode: 2,
    message: 'optml env: it takes no argument, got "train"',
    fix: 'Leave it out.',
  });
  assert.throws(() => parse('--json', 'x'), { message: 'optml env: it takes no argument, got "x"' });
});

test('two options that exclude one another are an error', () => {
  assert.throws(() => parse('--shell', '--json'), {
    message: 'optml env: --json and --shell cannot be combined',
    fix: 'Choose one.',
  });
});

const PACK = { command: 'optml pack', operands: ['DIR'], flags: ['help'], values: ['output'], short: { o: 'output' } };

test('words and values are texts, as they were given', () => {
  for (const args of [
    ['007', '-o', '1e3'],
    ['-o', '1e3', '007'],
    ['--output=1e3', '007'],
  ]) {
    const { operands, values } = parseOptions(args, PACK);
    assert.deepEqual([operands, [...values]], [['007'], [['output', '1e3']]]);
  }
});

test('a missing word, one too many and a missing value are errors', () => {
  assert.throws(() => parseOptions([], PACK), { message: 'optml pack: DIR is missing', exitCode: 2 });
  assert.throws(() => parseOptions(['a', 'b'], PACK), { message: 'optml pack: it takes DIR only, got "b"' });
  assert.throws(() => parseOptions(['a', '-o'], PACK), { message: 'optml pack: --output needs a value' });
  assert.equal(parseOptions(['--help'], PACK).flags.has('help'), true);
});
