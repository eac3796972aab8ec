import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endKilledDelivery, lockDelivery } from '../../../src/local/deliver/delivery-lock.ts';
import { temporaryFolder } from '../../support/job.ts';

const IN_USE = /^USAGE: the artifacts of the job job are already being delivered \(process \d+\)$/;

for (const before of ['no lock', 'the lock of a killed one', 'a damaged lock']) {
  test(`of deliveries that start at the same time, one gets the lock, with ${before}`, async (t) => {
    const dir = temporaryFolder(t);
    const file = join(dir, 'delivering');
    if (before === 'the lock of a killed one')
      writeFileSync(file, JSON.stringify({ pid: process.pid, startTicks: '1', targets: [dir] }));
    if (before === 'a damaged lock') writeFileSync(file, '{"pid":');
    const results = await Promise.allSettled(['a', 'b', 'c'].map((target) => lockDelivery(dir, 'job', [target])));
    const rejected = results.filter((result) => result.status === 'rejected');
    assert.equal(rejected.length, 2);
    for (const { reason } of rejected) assert.match(`${reason.code}: ${reason.message}`, IN_USE);
    assert.deepEqual(readdirSync(dir), ['delivering']);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).pid, process.pid);
  });
}

test('a clean-up that starts before a delivery does not remove its lock and archive', async (t) => {
  const dir = temporaryFolder(t);
  const archive = join(dir, 'undelivered/upload.tar.gz');
  mkdirSync(join(dir, 'undelivered'));
  const [unlock] = await Promise.all([
    lockDelivery(dir, 'job', []).then((unlock) => {
      writeFileSync(archive, '');
      return unlock;
    }),
    endKilledDelivery(dir),
  ]);
  assert.ok(existsSync(archive) && existsSync(join(dir, 'delivering')));
  unlock();
  assert.ok(!existsSync(join(dir, 'delivering')));
});
