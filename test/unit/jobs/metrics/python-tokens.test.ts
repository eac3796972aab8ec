import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { controlCharactersIn, hasAlternatives, requiredText } from '../../../../src/jobs/metrics/python-tokens.ts';

const raw = String.raw;

suite('texts that an expression requires', () => {
  const cases: readonly (readonly [regex: string, required: string])[] = [
    ['loss=([0-9.]+)', 'loss='],
    [raw`.*\[[0-9]+\].*#011validation-rmse:(\S+)`, '#011validation-rmse:'],
    [raw`(\d+) accuracy`, ' accuracy'],
    ['ab?c(.)', 'a'],
    ['ab*cd(.)', 'cd'],
    ['ab+cd(.)', 'ab'],
    ['ab{0}c(.)', 'a'],
    ['a{}(.)', ''],
    ['a.bc(.)', 'bc'],
    [raw`a\.b\[c(.)`, 'a.b[c'],
    [raw`\Aab\bc(.)`, 'ab'],
    ['[abc]de[]x](.)', 'de'],
    ['(?:abc)?d(.)', 'd'],
    ['(?P<x>abc)(?P=x)', ''],
    ['(?#abc)d(.)', 'd'],
    ['abc|(d)', ''],
    ['(abc|d)e', 'e'],
    ['(?i)abc(.)', ''],
    ['(?s)abc(.)', 'abc'],
    ['(?x) a b (.)', ''],
    ['(?x:a b)cd(.)', ''],
    ['größe😀=(.)', 'größe😀='],
    ['(.)', ''],
  ];
  for (const [regex, required] of cases) {
    test(regex, () => assert.equal(requiredText(regex), required));
  }
});

test('alternatives of the whole expression are seen, those of groups and sets are not', () => {
  assert.deepEqual(['a|(b)', '(a|b)', '[|](a)', raw`\|(a)`, '(a)|b'].map(hasAlternatives), [
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('control characters that an expression names are found as they are written', () => {
  const written = (regex: string) => controlCharactersIn(regex).map(({ text, code }) => [text, code]);
  assert.deepEqual(written(raw`\tloss=(\S+)\x1b\033`), [
    [raw`\t`, 9],
    [raw`\x1b`, 27],
    [raw`\033`, 27],
  ]);
  assert.deepEqual(written('a\tb(.)'), [['\t', 9]]);
  assert.deepEqual(written(raw`[ \t](.)`), [[raw`\t`, 9]]);
  assert.deepEqual(written(raw`[^\t](.)\1\s\x41#011\\t`), []);
});
