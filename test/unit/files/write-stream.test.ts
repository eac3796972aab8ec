import assert from 'node:assert/strict';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { closed, nextDrain } from '../../../src/files/write-stream.ts';
import { temporaryFolder } from '../../support/job.ts';

test('a stream that drains often keeps no listeners', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  const stream = createWriteStream(file, { highWaterMark: 1 });
  for (let count = 0; count < 20; count++) {
    assert.equal(stream.write('ab'), false);
    await nextDrain(stream);
  }
  assert.deepEqual([stream.listenerCount('drain'), stream.listenerCount('close')], [0, 0]);
  await closed(stream);
  assert.equal(readFileSync(file, 'utf8'), 'ab'.repeat(20));
});

test('a wait for a stream ends when it is closed', async (t) => {
  const stream = createWriteStream(join(temporaryFolder(t), 'file'), { highWaterMark: 1 });
  stream.write('ab');
  const drained = nextDrain(stream);
  stream.destroy();
  await Promise.all([drained, closed(stream)]);
  assert.ok(stream.closed);
});
