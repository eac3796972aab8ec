import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownReason } from '../../../../src/cli/view/shown-reason.ts';

test('a reason keeps its lines and tabs, and cannot control the terminal', () => {
  assert.equal(
    shownReason('é\tbad \x1b[2J\x07\r\nJob x: Completed\rnot', 4),
    'é\tbad \\x1b[2J\\x07\n    Job x: Completed\\x0dnot',
  );
  assert.equal(shownReason('one\n\ntwo\n', 2), 'one\n\n  two\n');
});
