import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tail } from '../../../src/process/output-tail.ts';

function tailOf(limit: number, ...chunks: ReadonlyArray<string | Buffer>): string {
  const tail = new Tail(limit);
  for (const chunk of chunks) tail.push(Buffer.from(chunk));
  return tail.text();
}

test('less than the limit is kept whole', () => {
  assert.equal(tailOf(10), '');
  assert.equal(tailOf(10, 'abc', '', 'def'), 'abcdef');
  assert.equal(tailOf(6, 'abc', 'def'), 'abcdef');
});

test('of more than the limit the last lines are kept, however they came', () => {
  assert.equal(tailOf(5, 'abc\ndef\n'), 'def\n');
  assert.equal(tailOf(5, 'abc', '\ndef', '\n'), 'def\n');
  assert.equal(tailOf(5, ...'abc\ndef\n'), 'def\n');
  assert.equal(tailOf(7, 'abc\nde\rfg', 'h'), 'de\rfgh');
});

test('of a line longer than the limit the last words are kept', () => {
  assert.equal(tailOf(12, 'rest-of-a-secret is 1\n'), '… is 1\n');
  assert.equal(tailOf(6, 'abcdefgh\n'), '…');
});

test('nothing of a secret is left in which the output is cut', () => {
  const secret = 'hunter2-hunter2';
  for (const separator of ['\n', '\r', ' ', '']) {
    const output = `${secret}${separator}`.repeat(9);
    for (let limit = 20; limit < output.length; limit++) {
      const left = tailOf(limit, output).replaceAll(secret, '');
      assert.match(left, /^[…\s]*$/, JSON.stringify({ separator, limit }));
    }
  }
});

test('what is no UTF-8 becomes the replacement character', () => {
  assert.equal(tailOf(10, Buffer.from([0x61, 0xff, 0x62])), 'a\ufffdb');
});

test('a character that two chunks share is read as one', () => {
  const bytes = Buffer.from('é');
  assert.equal(tailOf(10, bytes.subarray(0, 1), bytes.subarray(1)), 'é');
});

test('it holds no more memory than its limit and one chunk', () => {
  const limit = 64 * 1024;
  const tail = new Tail(limit);
  const chunk = Buffer.alloc(limit / 2, 'x');
  for (let i = 0; i < 100; i++) tail.push(Buffer.from(chunk));
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 4000; i++) tail.push(Buffer.from(chunk));
  assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 1024 * 1024, '128 MB went through');
  assert.equal(tail.text(), '…');
});
