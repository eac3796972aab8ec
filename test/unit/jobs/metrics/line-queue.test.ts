import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineQueue, LONGEST_LINE_BYTES } from '../../../../src/jobs/metrics/line-queue.ts';

const shown = (queue: LineQueue) =>
  queue.take(Number.POSITIVE_INFINITY).map(({ host, bytes }) => [host, Buffer.from(bytes).toString()]);

test('lines that came in pieces are put together, each host by itself', () => {
  const queue = new LineQueue(1000);
  queue.push('a', 'stdout', 1, Buffer.from('one\ntw'));
  queue.push('b', 'stdout', 2, Buffer.from('x'));
  queue.push('a', 'stdout', 3, Buffer.from('o\n'));
  queue.push('b', 'stdout', 4, Buffer.from('y\n'));
  assert.deepEqual(shown(queue), [
    ['a', 'one\n'],
    ['a', 'two\n'],
    ['b', 'xy\n'],
  ]);
  queue.push('a', 'stdout', 5, Buffer.from('no end'));
  assert.deepEqual(shown(queue), []);
  queue.endLines(6);
  assert.deepEqual(shown(queue), [['a', 'no end']]);
});

test('a line belongs to one stream, and a host that is started again begins a new one', () => {
  const queue = new LineQueue(1000);
  queue.push('a', 'stdout', 1, Buffer.from('loss='));
  queue.push('a', 'stderr', 2, Buffer.from('10%\rwarning\n20%'));
  queue.push('a', 'stdout', 3, Buffer.from('0.5\nloss=0.'));
  queue.endLines(4);
  queue.push('a', 'stdout', 5, Buffer.from('4\n'));
  assert.deepEqual(
    shown(queue).map(([, line]) => line),
    ['10%\rwarning\n', 'loss=0.5\n', 'loss=0.', '20%', '4\n'],
  );
});

test('the oldest lines make room, and are counted', () => {
  const queue = new LineQueue(10);
  queue.push('a', 'stdout', 1, Buffer.from('12345678\n'));
  queue.push('a', 'stdout', 1, Buffer.from('1\n2\n3\n'));
  assert.equal(queue.dropped, 1);
  const taken = queue.take(Number.POSITIVE_INFINITY);
  assert.deepEqual(
    taken.map(({ bytes }) => Buffer.from(bytes).toString()),
    ['1\n2\n3\n'],
  );
  queue.push('a', 'stdout', 1, Buffer.from('1\n2\n3\n'));
  queue.dropAll(taken);
  assert.equal(queue.dropped, 7);
});

test('of a line that is too long the first part is kept, whatever the reads, and the line after it is whole', () => {
  const long = Buffer.concat([
    Buffer.from('first\n'),
    Buffer.alloc(3 * LONGEST_LINE_BYTES, 'x'),
    Buffer.from('\nlast\n'),
  ]);
  for (const size of [long.length, 1_000_001, 65_536]) {
    const queue = new LineQueue(16 << 20);
    for (let at = 0; at < long.length; at += size) queue.push('a', 'stdout', 1, long.subarray(at, at + size));
    const taken = queue.take(Number.POSITIVE_INFINITY);
    assert.deepEqual(
      taken.map(({ bytes, isShortened }) => [bytes.length, isShortened]),
      [
        [6, false],
        [LONGEST_LINE_BYTES, true],
        [5, false],
      ],
    );
    assert.equal(queue.shortened, 1);
  }
});
