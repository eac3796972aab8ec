import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findScriptError } from '../../../src/outcome/last-error.ts';
import { stripColours } from '../../../src/outcome/output-lines.ts';

const CODE = '/opt/ml/code';
const find = (...lines: readonly string[]) => {
  const found = findScriptError(`${lines.join('\n')}\n`, CODE);
  return found && { message: found.message, position: found.position };
};

test('silence has no error', () => {
  assert.equal(find(), undefined);
  assert.equal(find('', '   ', '\t'), undefined);
});

test('a Python traceback gives the message and the last frame in the code of the user', () => {
  const error = find(
    'epoch 1',
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/train.py", line 12, in <module>',
    '    main()',
    '  File "/opt/ml/code/model/net.py", line 5, in main',
    '    np.reshape(x, 7)',
    '  File "/usr/lib/python3/site-packages/numpy/core.py", line 99, in reshape',
    '    raise ValueError(shape)',
    'ValueError: cannot reshape',
  );
  assert.deepEqual(error, { message: 'ValueError: cannot reshape', position: 'model/net.py, line 5, in main' });
});

test('a frame at the top of a Python file names no function', () => {
  const error = find(
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/train.py", line 3, in <module>',
    '    1/0',
    '    ~^~',
    'ZeroDivisionError: division by zero',
  );
  assert.deepEqual(error, { message: 'ZeroDivisionError: division by zero', position: 'train.py, line 3' });
});

test('without a frame of the user the last one counts', () => {
  const error = find(
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3/runpy.py", line 80, in run',
    'ImportError: no module',
  );
  assert.deepEqual(error, {
    message: 'ImportError: no module',
    position: '/usr/lib/python3/runpy.py, line 80, in run',
  });
});

test('of several tracebacks the last one is the error', () => {
  const error = find(
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/a.py", line 1, in f',
    'KeyError: 1',
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/b.py", line 2, in g',
    'RuntimeError: two',
    'lines',
    '',
    'cleaning up',
  );
  assert.deepEqual(error, { message: 'RuntimeError: two\nlines', position: 'b.py, line 2, in g' });
});

test('a Python syntax error has no traceback', () => {
  const error = find(
    '  File "/opt/ml/code/train.py", line 7',
    '    def f(:',
    '          ^',
    'SyntaxError: invalid syntax',
  );
  assert.deepEqual(error, { message: 'SyntaxError: invalid syntax', position: 'train.py, line 7' });
});

test('an uncaught error of Node gives the message and the first frame in the code of the user', () => {
  const error = find(
    'file:///opt/ml/code/src/data.ts:4',
    '  throw new TypeError("bad shape");',
    '        ^',
    '',
    'TypeError: bad shape',
    '    at Array.map (<anonymous>)',
    '    at check (/opt/ml/code/node_modules/lib/index.js:1:1)',
    '    at load (file:///opt/ml/code/src/data.ts:4:9)',
    '    at async main (/opt/ml/code/train.ts:10:3)',
    '',
    'Node.js v20.20.2',
  );
  assert.deepEqual(error, { message: 'TypeError: bad shape', position: 'src/data.ts, line 4, column 9, in load' });
});

test('an error of Node with a code, of a class of its own, or of several lines is found', () => {
  const frame = '    at Object.<anonymous> (/opt/ml/code/train.js:2:7)';
  for (const [lines, message] of [
    [
      ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'"],
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'",
    ],
    [['ShapeError: off'], 'ShapeError: off'],
    [['Error: first', 'second'], 'Error: first\nsecond'],
  ] as const) {
    assert.deepEqual(find('warming up', '', ...lines, frame, '', 'Node.js v20.20.2'), {
      message,
      position: 'train.js, line 2, column 7',
    });
  }
});

test('a syntax error of Node has its place above it', () => {
  const error = find(
    '/opt/ml/code/train.js:3',
    'const = 1;',
    '      ^',
    '',
    "SyntaxError: Unexpected token '='",
    '    at wrapSafe (node:internal/modules/cjs/loader:1469:18)',
    '',
    'Node.js v20.20.2',
  );
  assert.deepEqual(error, { message: "SyntaxError: Unexpected token '='", position: 'train.js, line 3' });
});

test('a thrown value that is no error is shown with its place', () => {
  const error = find(
    'node:internal/process/esm_loader:40',
    '/opt/ml/code/train.js:1',
    'throw "out of data";',
    '^',
    '',
    'Uncaught:',
    "'out of data'",
    '(Use `node --trace-uncaught ...` to show where the exception was thrown)',
    '',
    'Node.js v20.20.2',
  );
  assert.deepEqual(error, { message: "'out of data'", position: 'train.js, line 1' });
});

test('the complaint of a shell has its script and line', () => {
  assert.deepEqual(find('starting', './train.sh: line 3: python9: command not found'), {
    message: 'python9: command not found',
    position: 'train.sh, line 3',
  });
  assert.deepEqual(find('./train.sh: 3: python9: not found'), {
    message: 'python9: not found',
    position: 'train.sh, line 3',
  });
});

test('else the last line that says anything is the message', () => {
  assert.deepEqual(find('one', '  two  ', '', ' '), { message: 'two', position: undefined });
});

test('colours, carriage returns and Windows line ends do not hide an error', () => {
  const red = '\u001b[31m';
  const plain = '\u001b[0m';
  assert.equal(stripColours(`${red}Error${plain}: \u001b]0;title\u0007x\u001b[?25h`), 'Error: x');
  assert.equal(findScriptError(`10%\r20%\r\n${red}fatal: no data${plain}\r\n`, CODE)?.message, 'fatal: no data');
});

test('a long output without an end of line takes no long time', () => {
  const started = performance.now();
  for (const part of ['x', ' ', 'Error', 'Error: \n', '(:1:1', '    at a (', '/a:'])
    findScriptError(part.repeat((64 * 1024) / part.length), CODE);
  assert.ok(performance.now() - started < 5000);
});

test('lines that libraries log below the level of errors are not the last words', () => {
  const logs = [
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'I0000 00:00:1796056555.209488      21 port.cc:153] oneDNN custom operations are on.',
    '2026-11-30 14:20:00.1: W tensorflow/core/util.cc:1] a warning',
    '[W1130 14:20:00.123 socket.cpp:764] a warning',
    'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.',
  ];
  assert.equal(findScriptError(logs.join('\n'), '/opt/ml/code'), undefined);
  assert.equal(
    findScriptError(['the channel is empty', ...logs].join('\n'), '/opt/ml/code')?.message,
    'the channel is empty',
  );
});
