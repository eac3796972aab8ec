import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '../support/job.ts';

const ODD = [
  '',
  ' ',
  'two words',
  '"double"',
  "'single'",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would expand
  '$HOME ${HOME} $(exit 1) `exit 1`',
  'a;b & c | d > e < f',
  '*',
  '~',
  '!!',
  '\\',
  '\\n',
  'line\nbreak\ttab\rreturn',
  '--help',
  '-',
  '--',
  '-x=1',
  '#',
  '%s %d',
  '{a,b}',
  '[z]',
  '\u0001\u007f',
  'é ☃ 😀',
  '\u2028\u00a0',
  'a=b',
  '@file',
  '%PATH%',
  '^',
  '\ufeff',
];
const hyperparameters = Object.fromEntries(
  ODD.map((value, index) => [`n${String(index).padStart(2, '0')}`, JSON.stringify(value)]),
);
const odd = { ...hyperparameters, 'name with $(exit 1) \'"': '"x"', x: '1', '-': '2', ключ: '"é"' };
// Sorted by code point.
const EXPECTED = [
  ['--', '2'],
  ...ODD.map((value, index) => [`--n${String(index).padStart(2, '0')}`, value]),
  ['--name with $(exit 1) \'"', 'x'],
  ['-x', '1'],
  ['--ключ', 'é'],
].flat();

const NODE_BODY = 'process.stdout.write(JSON.stringify(process.argv.slice(2)))';
const PROGRAMS = {
  'train.sh': '#!/bin/sh\nprintf "%s\\0" "$@"\n',
  'train.bash': '#!/bin/bash\nprintf "%s\\0" "$@"\n',
  plain: 'printf "%s\\0" "$@"\n',
  'train.py': 'import json, sys\nsys.stdout.write(json.dumps(sys.argv[1:]))\n',
  'train.cjs': NODE_BODY,
  'train.mjs': NODE_BODY,
  'train.ts': `const args: readonly string[] = process.argv.slice(2);\nprocess.stdout.write(JSON.stringify(args));\nexport {};`,
};

for (const [program, text] of Object.entries(PROGRAMS)) {
  test(`arguments of every odd character arrive unchanged: ${program} (C23)`, async (t) => {
    const result = await runJob(t, { program, hyperparameters: odd, files: { [`code/${program}`]: text } });
    assert.equal(result.code, 0, result.stderr);
    const args: unknown = result.stdout.startsWith('[')
      ? JSON.parse(result.stdout)
      : result.stdout.split('\0').slice(0, -1);
    assert.deepEqual(args, EXPECTED);
  });
}
