import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixLines } from '../../../../src/cli/view/prefix-lines.ts';

const CASES = [
  { lines: 'a\nb\n', shown: 'h | a\nh | b\n' },
  { lines: 'a', shown: 'h | a\n' },
  { lines: 'a\r\nb\r\n', shown: 'h | a\r\nh | b\r\n' },
  // What rewrites a line writes over the prefix too.
  { lines: '10 %\r20 %\r', shown: 'h | 10 %\rh | 20 %\r\n' },
  { lines: '\r10 %\r\r20 %\ndone\n', shown: 'h | \rh | 10 %\r\rh | 20 %\nh | done\n' },
];

for (const { lines, shown } of CASES) {
  test(`${JSON.stringify(lines)} is shown with its host on each line, also on a rewritten one`, () => {
    assert.equal(prefixLines(Buffer.from(lines), 'h | ').toString(), shown);
  });
}

test('bytes that are not UTF-8 stay as they are', () => {
  assert.deepEqual(prefixLines(Buffer.from([0xff, 0x0a]), '| '), Buffer.from([0x7c, 0x20, 0xff, 0x0a]));
});
