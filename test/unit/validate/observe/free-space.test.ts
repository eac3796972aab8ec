import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { watchFreeSpace } from '../../../../src/validate/observe/free-space.ts';

const FULL = {
  code: 'DISK_WRITE_FAILED',
  message: 'the disk of the prepared jobs is full: their results say nothing about the image',
  where: '/jobs',
  fix: 'Free some space there, or set OPTML_HOME to a folder on another disk.',
};

test('a disk that was full at any moment, or is at the end, is an error', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  for (const seen of [
    [1e9, 4096, 1e9],
    [1e9, 1e9, 0],
  ]) {
    const rest = [...seen];
    const end = watchFreeSpace('/jobs', async () => rest.shift() ?? assert.fail('asked too often'));
    for (let look = 1; look < seen.length; look++) {
      t.mock.timers.tick(200);
      await turn();
    }
    await assert.rejects(end(), FULL);
  }
});

test('a disk with space is none, and neither is one that does not tell', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  await watchFreeSpace('/jobs', async () => 1e9)();
  await watchFreeSpace('/jobs', () => Promise.reject(new Error('ENOSYS')))();
});
