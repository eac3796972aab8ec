import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../src/jobs/lines.ts';

function pushAll(lines: Lines, ...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => lines.push(Buffer.from(text)).map(String));
}

test('whole lines come as they are, a line that came in parts comes first, by itself', () => {
  const lines = new Lines();
  assert.deepEqual(pushAll(lines, 'one\ntwo\nth'), ['one\ntwo\n']);
  assert.deepEqual(pushAll(lines, 're', 'e\nfour\n'), ['three\n', 'four\n']);
  assert.equal(lines.end(), undefined);
});

test('what is left without a break comes at the end', () => {
  const lines = new Lines();
  assert.deepEqual(pushAll(lines, 'one\ntw', 'o'), ['one\n']);
  assert.equal(String(lines.end()), 'two');
  assert.equal(lines.end(), undefined);
});

test('a line without an end is not kept for ever', () => {
  const lines = new Lines();
  const long = 'x'.repeat(40_000);
  assert.deepEqual(pushAll(lines, long), []);
  assert.deepEqual(pushAll(lines, long), [long + long]);
  assert.deepEqual(pushAll(lines, 'end\n'), ['end\n']);
});
