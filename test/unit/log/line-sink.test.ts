import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLineSink } from '../../../src/log/line-sink.ts';

test('a record is one line with time, name, level and message', () => {
  const lines: string[] = [];
  const sink = makeLineSink(
    (text) => lines.push(text),
    () => new Date(Date.UTC(2026, 10, 24, 7, 8, 9, 10)),
  );
  sink('info', 'one');
  sink('error', 'two\nthree');
  assert.deepEqual(lines, [
    '2026-11-24T07:08:09.010Z optml INFO  one\n',
    '2026-11-24T07:08:09.010Z optml ERROR two\nthree\n',
  ]);
});
