import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readChunks } from '../../../../src/engines/container/read-chunks.ts';

test('chunks are taken one after the other, also those that come while one is held, as they came', async () => {
  const source = new PassThrough();
  const taken: string[] = [];
  const held: (() => void)[] = [];
  const ended = readChunks(source, (chunk) => {
    taken.push(String(chunk));
    return new Promise((resolve) => held.push(resolve));
  });
  source.write('one');
  await new Promise(setImmediate);
  source.write('two');
  source.end('three');
  // A caller that resumes the stream meanwhile, such as Node at the end of a child, changes no order.
  source.resume();
  await new Promise(setImmediate);
  assert.deepEqual(taken, ['one']);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let count = 1; count <= 3; count++) {
    await new Promise(setImmediate);
    assert.ok(!isOver);
    assert.equal(taken.length, count);
    held.shift()?.();
  }
  await ended;
  assert.deepEqual(taken, ['one', 'two', 'three']);
});

test('what cannot be taken is given up, and a stream that is destroyed has ended', async () => {
  const source = new PassThrough();
  const taken: string[] = [];
  const ended = readChunks(source, async (chunk) => {
    taken.push(String(chunk));
    throw new Error('no room');
  });
  source.write('one');
  await new Promise(setImmediate);
  source.write('two');
  await new Promise(setImmediate);
  source.destroy(new Error('broken'));
  await ended;
  assert.deepEqual(taken, ['one', 'two']);
});
