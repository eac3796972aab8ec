import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrintable } from '../../../src/json/printable.ts';
import { askPython, pythonUnicode, whyNoPython } from '../../support/python.ts';

// The table is pinned to the Unicode version of Python 3.11.
const PINNED = '14.0.0';
const whyNotPinned =
  whyNoPython ||
  (pythonUnicode !== PINNED && `SKIPPED: python3 knows Unicode ${pythonUnicode}, the table is of ${PINNED}`);

test('every code point is printable exactly where Python does', { skip: whyNotPinned }, () => {
  const changes = askPython(
    'flags = [chr(point).isprintable() for point in range(0x110000)]\n' +
      'answers = [point for point in range(0x110000) if flags[point] != (point > 0 and flags[point - 1])]',
    null,
  ) as number[];
  const ours: number[] = [];
  for (let point = 0, before = false; point < 0x110000; point++) {
    const now = isPrintable(point);
    if (now !== before) ours.push(point);
    before = now;
  }
  assert.ok(changes.length > 1000);
  assert.deepEqual(ours, changes);
});

test('controls, spaces other than U+0020, halves of pairs and private characters are not printable', () => {
  for (const point of [0, 0x1f, 0x7f, 0x80, 0xa0, 0xad, 0x2028, 0x3000, 0xd800, 0xdfff, 0xe000, 0xfeff, 0x10ffff]) {
    assert.equal(isPrintable(point), false, point.toString(16));
  }
  for (const point of [0x20, 0x7e, 0xa1, 0xe9, 0x4e2d, 0x1f600])
    assert.equal(isPrintable(point), true, point.toString(16));
});

test('a character that Unicode 15 added is not printable, whatever the running Node knows', () => {
  assert.equal(isPrintable(0x1fae8), false);
});
