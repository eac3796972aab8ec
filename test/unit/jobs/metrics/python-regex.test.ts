import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMetricDefinitions } from '../../../../src/jobs/metrics/definitions.ts';
import { translatePattern } from '../../../../src/jobs/metrics/python-regex.ts';

/** What `re.search(pattern, text)` of Python 3.11 gives: group 1, `null` where it took no part, or no match. */
const CASES: ReadonlyArray<readonly [pattern: string, text: string, group: string | null | 'no match']> = [
  ['loss=([0-9.]+)', 'epoch 1 loss=0.25 acc=1', '0.25'],
  [String.raw`loss: (\d+\.\d+)`, 'loss: 1.5', '1.5'],
  ['(?P<value>[+-]?[0-9]+)', 'x -3', '-3'],
  ['(?P<q>["\'])(?P=q)', `a ''`, "'"],
  [String.raw`(a)\1`, 'aa', 'a'],
  [String.raw`(a)\1`, 'ab', 'no match'],
  [String.raw`\A(x)`, 'ax', 'no match'],
  [String.raw`(x)\Z`, 'ax', 'x'],
  ['(x)$', 'ax', 'x'],
  ['(?i)LOSS=(.)', 'loss=7', '7'],
  ['(?x) loss \\s = \\s (.)  # the value', 'loss = 7', '7'],
  ['(?x)a[ #](.)', 'a#b', 'b'],
  ['(?s)a(.)', 'a\n', '\n'],
  ['a(.)', 'a\r', '\r'],
  ['a(.)', 'a\u2028', '\u2028'],
  ['(?m)^(b)', 'a\nb', 'b'],
  ['^(b)', 'a\nb', 'no match'],
  ['(?s:a(.))(.)?', 'a\n\n', '\n'],
  [String.raw`(\d)`, '٣', '٣'],
  [String.raw`(?a)(\d)`, '٣', 'no match'],
  [String.raw`(\w+)`, 'größe', 'größe'],
  [String.raw`\b(ö)`, 'ö', 'ö'],
  [String.raw`a\B(b)`, 'ab', 'b'],
  [String.raw`a(\s)`, 'a\x1c', '\x1c'],
  [String.raw`([^\W\d]+)`, '1ab2', 'ab'],
  [String.raw`([\]\-^]+)`, 'x]-^', ']-^'],
  ['([]x]+)', 'a]x', ']x'],
  ['([^]x]+)', ']a', 'a'],
  ['([a-]+)', 'b-a', '-a'],
  ['([[(&&|~~]+)', 'x[(&&|~~', '[(&&|~~'],
  ['a{,2}(b)', 'aab', 'b'],
  ['a{b(c)', 'a{bc', 'c'],
  ['a{}(c)', 'a{}c', 'c'],
  ['a{1,2}?(a)', 'aa', 'a'],
  ['(?:a|(b))c', 'ac', null],
  ['(?#words)(a)', 'a', 'a'],
  ['(?<=x)(a)', 'xa', 'a'],
  ['(?<!x)(a)', 'xa', 'no match'],
  ['(?=(a))*b', 'b', null],
  [String.raw`\x41\u0042\U00000043\103\0?(d)`, 'ABCCd', 'd'],
  [String.raw`a\/\"\-(b)`, 'a/"-b', 'b'],
  [String.raw`(\t)`, '\t', '\t'],
  ['(😀+)', '😀😀', '😀😀'],
  ['([😀-😂])', '😁', '😁'],
  ['(a|b)|c', 'c', null],
  ['}(])', '}]', ']'],
];

for (const [pattern, text, expected] of CASES) {
  test(`${pattern} in ${JSON.stringify(text)}`, () => {
    const match = translatePattern(pattern).regex.exec(text);
    assert.equal(match === null ? 'no match' : (match[1] ?? null), expected);
  });
}

const REFUSED: ReadonlyArray<readonly [string, string]> = [
  ['(a', 'missing ), unterminated subpattern'],
  ['a)', 'unbalanced parenthesis'],
  ['*a', 'nothing to repeat'],
  ['^*(a)', 'nothing to repeat'],
  ['a**(b)', 'multiple repeat'],
  ['(a*+)', 'possessive quantifiers are not supported'],
  ['(?>a)(b)', 'atomic groups, (?>…), are not supported'],
  ['(a)?(?(1)b|c)', 'conditions, (?(…)…), are not supported'],
  ['a(?i)(b)', 'global flags not at the start of the expression'],
  ['(?i:a)(b)', 'the flag i for a part of the expression is not supported: put (?i) at its start'],
  ['(?P<a>x)(?P<a>y)', 'redefinition of group name "a"'],
  ['(?P<1>x)', 'bad character in group name "1"'],
  ['(?P=a)(x)', 'unknown group name "a"'],
  ['(?<a>x)', 'unknown extension after (?'],
  [String.raw`(a)\2`, 'invalid group reference 2'],
  [String.raw`(a\1)`, 'cannot refer to an open group'],
  [String.raw`(\q)`, String.raw`bad escape \q`],
  [String.raw`(\N{DIGIT ONE})`, String.raw`characters by name, \N{…}, are not supported`],
  ['([z-a])', 'bad character range'],
  ['([a)', 'unterminated character set'],
  ['(a{2,1})', 'numbers out of order in {} quantifier'],
  ['a\\', 'bad escape (end of pattern)'],
];

for (const [pattern, message] of REFUSED) {
  test(`${pattern} is refused: ${message}`, () => assert.throws(() => translatePattern(pattern), { message }));
}

test('what is wrong with a definition names the metric and its place', () => {
  const definitions = [
    { Name: 'fine', Regex: 'a=(.)' },
    { Name: 'validation:loss', Regex: 'loss=(.*+)' },
    { Name: 'empty', Regex: 'loss' },
  ];
  assert.deepEqual(checkMetricDefinitions(definitions), [
    {
      path: 'AlgorithmSpecification.MetricDefinitions[1].Regex',
      message:
        'the regular expression of metric "validation:loss" cannot be used: possessive quantifiers are not supported',
      fix: 'It was "loss=(.*+)".',
    },
    {
      path: 'AlgorithmSpecification.MetricDefinitions[2].Regex',
      message: 'the regular expression of metric "empty" cannot be used: it has no group, which is to hold the value',
      fix: 'It was "loss".',
    },
  ]);
});
