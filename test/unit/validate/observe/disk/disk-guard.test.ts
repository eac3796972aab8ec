import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { isOptmlError } from '../../../../../src/errors/error.ts';
import { watchDisk } from '../../../../../src/validate/observe/disk/disk-guard.ts';

const MIB = 1 << 20;
const GIB = 1 << 30;

/** Watches a disk whose free space is that of the list, one after the other; the last one stays. */
async function watch(t: { after(act: () => void): void }, ...free: readonly number[]) {
  const looks = [...free];
  const guard = await watchDisk('/work', async () => (looks.length > 1 ? looks.shift() : looks[0]) ?? 0);
  t.after(guard.close);
  return { guard, looks };
}

/** The error with which the guard ends the jobs. */
async function errorOf(signal: AbortSignal) {
  // The timer of the guard keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
  assert.ok(isOptmlError(signal.reason));
  return signal.reason;
}

test('jobs end with a clear error before the disk is full', async (t) => {
  const { guard } = await watch(t, 10 * GIB, 5 * GIB, 500 * MIB);
  const { code, message, where, fix } = await errorOf(guard.signal);
  assert.equal(code, 'DISK_WRITE_FAILED');
  assert.equal(
    message,
    'the prepared jobs were stopped before they fill the disk: 500 MiB are free, of 10240 MiB at the start',
  );
  assert.equal(where, '/work');
  assert.match(fix ?? '', /OPTML_HOME/);
});

test('a disk with little space can be used up to the half of it', async (t) => {
  const { guard, looks } = await watch(t, 100 * MIB, 60 * MIB, 50 * MIB, 49 * MIB);
  await errorOf(guard.signal);
  assert.equal(looks.length, 1);
});

test('jobs take at most 32 GiB of a large disk', async (t) => {
  const { guard } = await watch(t, 1000 * GIB, 968 * GIB, 967 * GIB);
  assert.match((await errorOf(guard.signal)).message, /990208 MiB are free/);
});

test('where the free space is not known, nothing ends', async () => {
  const guard = await watchDisk('/work', () => Promise.reject(new Error('no statfs')));
  guard.close();
  assert.equal(guard.signal.aborted, false);
});
