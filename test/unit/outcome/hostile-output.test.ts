import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findScriptError } from '../../../src/outcome/last-error.ts';
import { stripColours } from '../../../src/outcome/output-lines.ts';

const CODE = '/opt/ml/code';
// As much as `train` keeps of standard error, and as much as `optml run` reads of a log.
const TAIL = 64 * 1024;
const LOG = 1 << 20;

/** The time of the processor: other programs of the machine do not count. */
function secondsOf(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const repeat = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length));

const SHAPES: Readonly<Record<string, string>> = {
  'titles of a terminal without an end': repeat('\u001b]', TAIL),
  'data URLs without a path': repeat('data:text/javascript,', TAIL),
  'a data URL with many paths': `data:text/javascript,${repeat('?filePath=', TAIL)}`,
  'an exception of Java before many lines that are no frames': `Exception in thread "main" java.io.IOException: x\n${repeat('x\n', TAIL)}`,
  'frames of a Python syntax error without an error': repeat('  File "a", line 1\n', TAIL),
  'frames of Node without an error': `x\n${repeat('\tat a:1:1\n', TAIL)}`,
  'a panic of Rust in one long line': `thread '${repeat("' panicked at '', a:1:1", TAIL)}`,
  'a panic of Go in one long line': `goroutine 1 ${repeat('[x]', LOG)}`,
  'places of Node in one long line': `    at ${repeat('a (b:1', LOG)}`,
  'a progress bar of many updates': repeat('\r', LOG),
};

for (const [name, output] of Object.entries(SHAPES)) {
  test(`the search for an error ends soon: ${name}`, () => {
    const seconds = secondsOf(() => findScriptError(output, CODE));
    assert.ok(seconds < 4, `${seconds} s`);
  });
}

test('an error before and after lines of such shapes is found', () => {
  const error =
    'Traceback (most recent call last):\n  File "/opt/ml/code/a.py", line 1, in <module>\nValueError: bad\n';
  const expected = { message: 'ValueError: bad', position: 'a.py, line 1' };
  for (const [name, output] of Object.entries(SHAPES)) {
    // Those contain an error of their own.
    if (/Java|Rust/.test(name)) continue;
    for (const text of [`${output}\n${error}`, `${error}\n${output.slice(0, 9000)}`]) {
      const { message, position } = findScriptError(text, CODE) ?? {};
      assert.deepEqual({ message, position }, expected, name);
    }
  }
});

test('a title or link of a terminal ends with its own mark, or with its line', () => {
  assert.equal(stripColours('\u001b]8;;https://a.example\u001b\\link\u001b]8;;\u001b\\ x'), 'link x');
  assert.equal(stripColours('\u001b]0;title\nValueError: bad\u0007'), '\u001b]0;title\nValueError: bad\u0007');
});

test('of a long line the start and the end are kept', () => {
  const message = findScriptError(`ValueError: ${'x'.repeat(5000)} END`, CODE)?.message ?? '';
  assert.match(message, /^ValueError: x+ … x+ END$/);
  assert.ok(message.length < 1100);
});
