import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardCallback } from '../../../src/jobs/guard-callback.ts';

test('a callback that throws or rejects is reported once, and its caller goes on', async () => {
  const reports: unknown[] = [];
  const seen: number[] = [];
  const guarded = guardCallback(
    (value: number) => {
      seen.push(value);
      if (value === 1) throw new Error('thrown');
      return Promise.reject(new Error('rejected'));
    },
    (error) => reports.push(error),
  );
  assert.equal(guarded(1), undefined);
  assert.equal(await guarded(2), undefined);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(reports, [new Error('thrown')]);
});

test('the promise of a callback holds its caller back, and a callback without one does not', async () => {
  let release: () => void = () => undefined;
  const pending = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answers = [pending, undefined];
  const guarded = guardCallback(() => answers.shift());
  let isOver = false;
  const waiting = Promise.resolve(guarded()).then(() => {
    isOver = true;
  });
  assert.equal(guarded(), undefined);
  assert.equal(isOver, false);
  release();
  await waiting;
});

test('a failed callback becomes a warning of the process', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  void guardCallback(() => {
    throw new Error('no such view');
  })();
  const { name, message } = await warned;
  assert.deepEqual(
    [name, message],
    ['OptmlWarning', 'A callback of a training job failed, the job goes on: no such view'],
  );
});
