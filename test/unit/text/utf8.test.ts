import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstInvalidByte } from '../../../src/text/utf8.ts';

test('the first byte that is not UTF-8 is found, whatever byte it is', () => {
  const offsetIn = (...bytes: readonly number[]) => {
    const buffer = Buffer.from([...Buffer.from('aä\ufffd'), ...bytes, ...Buffer.from('n')]);
    return firstInvalidByte(buffer, buffer.toString('utf8'));
  };
  const start = Buffer.from('aä\ufffd').length;
  for (let byte = 0x80; byte < 0x100; byte++) assert.equal(offsetIn(byte), start, byte.toString(16));
  for (const cut of [
    [0xef, 0xbf],
    [0xef, 0xbf, 0x20],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
  ]) {
    assert.equal(offsetIn(...cut), start, String(cut));
  }
  assert.equal(offsetIn(), undefined);
});
