import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareCodePoints, isSingleCharacter } from '../../../src/json/code-points.ts';
import { anyText, SEED_NOTE, seeded } from '../../support/json-values.ts';
import { askPython, whyNoPython } from '../../support/python.ts';

test('characters beyond U+FFFF sort after U+FFFD, which UTF-16 units would put last (C23)', () => {
  assert.deepEqual(['\u{1f600}', '\ufffd', 'a', ''].sort(compareCodePoints), ['', 'a', '\ufffd', '\u{1f600}']);
  assert.deepEqual(['\u{1f600}', '\ufffd'].sort(), ['\u{1f600}', '\ufffd'], 'the reason for a comparison of our own');
});

test('a half of a surrogate pair sorts by its own number, before U+E000 and every whole pair', () => {
  const sorted = ['\ud7ff', '\ud83d', '\ude00', '\ue000', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}'];
  assert.deepEqual([...sorted].reverse().sort(compareCodePoints), sorted);
});

test('pairs that share their first half sort by their second, and after that half alone', () => {
  const sorted = ['\ud83d', '\ud83da', '\ud83d\ue000', '\u{1f600}', '\u{1f600}a', '\u{1f601}'];
  assert.deepEqual([...sorted].reverse().sort(compareCodePoints), sorted);
});

test('a text sorts after every beginning of it, and equals itself', () => {
  assert.ok(compareCodePoints('lr', 'lrate') < 0);
  assert.ok(compareCodePoints('lrate', 'lr') > 0);
  assert.equal(compareCodePoints('\u{1f600}', '\u{1f600}'), 0);
});

test('any list of texts sorts as Python sorts it', { skip: whyNoPython }, () => {
  // Few different characters, so that many texts share a beginning.
  const alike = fc
    .array(fc.constantFrom('a', '\ud83d', '\ude00', '\ue000', '\uffff', '\ud83c', '\udfff'), { maxLength: 5 })
    .map((parts) => parts.join(''));
  const lists = fc.sample(fc.array(fc.oneof(anyText, alike), { maxLength: 20 }), seeded(1000));
  const expected = askPython('answers = [sorted(case) for case in cases]', lists);
  assert.deepEqual(
    lists.map((list) => [...list].sort(compareCodePoints)),
    expected,
    SEED_NOTE,
  );
});

test('a name of one character is one code point, whatever its number of UTF-16 units', () => {
  for (const text of ['x', 'é', '\u{1f600}', '\ud83d']) assert.equal(isSingleCharacter(text), true, text);
  for (const text of ['', 'xy', '\u{1f600}x', '\ud83d\ud83d', '\ude00\ud83d'])
    assert.equal(isSingleCharacter(text), false, text);
});
