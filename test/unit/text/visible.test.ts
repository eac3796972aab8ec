import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleJson, visibleLine, visibleText } from '../../../src/text/visible.ts';

const UNSEEN = [
  '\0',
  '\x07',
  '\b',
  '\r',
  '\x1b',
  '\x7f',
  '\x85',
  '\x9b',
  '\u061c',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u2028',
];
const MORE = ['\u2029', '\u202e', '\u2066', '\u2069', '\ufeff', '\u00ad', '\u3164', '\ud800', '\udc00', '\u{e0041}'];

test('characters that a terminal obeys, that change the order of others or that are invisible are escapes', () => {
  for (const character of [...UNSEEN, ...MORE]) {
    const code = character.codePointAt(0) ?? 0;
    assert.match(visibleText(`a${character}b`), /^a\\(?:x[\da-f]{2}|u\{[\da-f]+\})b$/, code.toString(16));
    assert.equal(visibleLine(`a${character}b`), visibleText(`a${character}b`));
  }
});

test('text of people stays: letters of all scripts, emoji, lines and tabs', () => {
  const text = 'é ß 日本\u3000語 हिन्दी ❤\ufe0f 👨‍👩‍👧 a\tb\nc\u00a0d';
  assert.equal(visibleText(text), text);
  assert.equal(visibleText('a\r\nb'), 'a\nb');
  assert.equal(visibleLine('a\nb\tc'), 'a\\x0ab\\x09c');
});

test('JSON stays the same value', () => {
  const value = { name: [...UNSEEN, ...MORE].filter((text) => text.isWellFormed()).join('-') };
  const json = visibleJson(JSON.stringify(value, null, 2));
  assert.deepEqual(JSON.parse(json), value);
  assert.match(json, /^[\n\x20-\x7e]*$/);
});
