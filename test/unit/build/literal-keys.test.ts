import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLiteralKeys } from '../../../.build/literal-keys.mjs';

const CONSTANTS = 'const _B = "Bucket";\nconst _K = "Key";\n';
const literal = (text: string) => withLiteralKeys(text, 'schemas_0.js');

test('computed keys become the values of their constants', () => {
  assert.equal(
    literal(`${CONSTANTS}export var A = { [_B]: [0], [_K]: [_B] };\n`),
    `${CONSTANTS}export var A = { "Bucket": [0], "Key": [_B] };\n`,
  );
});

test('a text without constants or without computed keys is an error that names the pattern and the file', () => {
  assert.throws(() => literal('let _B = "Bucket";\nexport var A = { [_B]: 0 };\n'), {
    message:
      'schemas_0.js: nothing matches /^const (\\w+) = ("[^"\\\\]*");$/gm. The AWS SDK has changed: adapt .build/literal-keys.mjs.',
  });
  assert.throws(() => literal(`${CONSTANTS}export var A = { Bucket: 0 };\n`), {
    message: 'schemas_0.js: nothing matches /\\[(\\w+)\\]:/g. The AWS SDK has changed: adapt .build/literal-keys.mjs.',
  });
});

test('a computed key that is no constant is an error', () => {
  assert.throws(() => literal(`${CONSTANTS}export var A = { [_B]: 0, [_C]: 1 };\n`), {
    message:
      'schemas_0.js: the computed key [_C]: is no constant of the file. The AWS SDK has changed: adapt .build/literal-keys.mjs.',
  });
});
