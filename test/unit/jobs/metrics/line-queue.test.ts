import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineQueue } from '../../../../src/jobs/metrics/line-queue.ts';

const shown = (queue: LineQueue) =>
  queue.take(Number.POSITIVE_INFINITY).map(({ host, bytes }) => [host, Buffer.from(bytes).toString()]);

test('lines that came in pieces are put together, each host by itself', () => {
  const queue = new LineQueue(1000);
  queue.push('a', 1, Buffer.from('one\ntw'));
  queue.push('b', 2, Buffer.from('x'));
  queue.push('a', 3, Buffer.from('o\n'));
  queue.push('b', 4, Buffer.from('y\n'));
  assert.deepEqual(shown(queue), [
    ['a', 'one\n'],
    ['a', 'two\n'],
    ['b', 'xy\n'],
  ]);
  queue.push('a', 5, Buffer.from('no end'));
  assert.deepEqual(shown(queue), []);
  queue.finish(6);
  assert.deepEqual(shown(queue), [['a', 'no end']]);
});

test('what finds no room is counted by its lines', () => {
  const queue = new LineQueue(10);
  queue.push('a', 1, Buffer.from('12345678\n'));
  queue.push('a', 1, Buffer.from('1\n2\n3\n'));
  assert.equal(queue.dropped, 3);
  assert.deepEqual(shown(queue), [['a', '12345678\n']]);
  queue.push('a', 1, Buffer.from('1\n2\n3\n'));
  queue.dropAll();
  assert.equal(queue.dropped, 6);
});

test('a line without end does not grow without limit', () => {
  const queue = new LineQueue(10 << 20);
  for (let i = 0; i < 10; i++) queue.push('a', 1, Buffer.alloc(100_000, 'x'));
  assert.deepEqual(
    queue.take(Number.POSITIVE_INFINITY).map(({ bytes }) => bytes.length),
    [262_144, 262_144, 262_144],
  );
});
