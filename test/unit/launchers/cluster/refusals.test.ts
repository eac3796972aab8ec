import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalLog } from '../../../../src/launchers/cluster/refusals.ts';

test('many refusals give few warnings, which count the others', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const refuse = refusalLog({ warn: (line) => lines.push(line) }, () => nowMs);
  for (let count = 0; count < 1000; count++) refuse('10.0.0.9', 'no greeting');
  assert.equal(lines.length, 5);
  nowMs = 10_000;
  refuse('10.0.0.9', 'no greeting');
  assert.match(lines[5] ?? '', /no greeting \(from 10\.0\.0\.9\) \(and 995 more since the last warning\)$/);
});
