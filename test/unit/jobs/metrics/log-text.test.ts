import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logText } from '../../../../src/jobs/metrics/log-text.ts';

test('control characters are # and three octal digits, line breaks stay, all else is as it is', () => {
  assert.equal(logText('[7]\tauc:0.9\n'), '[7]#011auc:0.9\n');
  assert.equal(logText('\r10%\r20%\n'), '#01510%#01520%\n');
  assert.equal(logText('\u001b[32mloss\u001b[0m\0\u007f\n'), '#033[32mloss#033[0m#000#177\n');
  assert.equal(logText('größe\u0085\u00a0😀#011\n'), 'größe\u0085\u00a0😀#011\n');
});

test('a carriage return right before the line break belongs to it', () => {
  assert.equal(logText('a\r\nb\r\r\nc\r'), 'a\nb#015\nc#015');
});
