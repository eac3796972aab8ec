import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMasker } from '../../../src/log/masking/masker.ts';
import { logText } from '../../../src/report/log-text.ts';

test('of a line that was overwritten only the last text is shown, without colours and secrets', () => {
  assert.equal(
    logText(['10 %\r50 %\r100 %\r\r', '\u001b[31mred hunter22\u001b[0m'], makeMasker(['hunter22']).mask),
    '100 %\nred ******',
  );
});

test('a megabyte of carriage returns takes no longer than its length', () => {
  const start = process.cpuUsage();
  assert.equal(
    logText([`${'\r'.repeat(1 << 20)}last`], (text) => text),
    'last',
  );
  assert.equal(
    logText([`last${'\r'.repeat(1 << 20)}`], (text) => text),
    'last',
  );
  // It took minutes: the bound is far from both.
  assert.ok(process.cpuUsage(start).user < 5_000_000);
});
