import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostSlots } from '../../../../../src/validate/observe/disk/host-slots.ts';

/** A task that runs until it is ended, and what has started so far. */
function tasks(slots: HostSlots, signal = new AbortController().signal) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, hosts: number) =>
    slots.run(hosts, signal, () => {
      started.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { started, run, end };
}

test('hosts run at the same time up to the limit, in the order in which they came', async () => {
  const slots = new HostSlots(3);
  const { started, run, end } = tasks(slots);
  const all = [run('a', 1), run('b', 1), run('two', 2), run('c', 1)];
  await end('');
  assert.deepEqual(started, ['a', 'b']);
  await end('a');
  assert.deepEqual(started, ['a', 'b', 'two']);
  await end('b');
  assert.deepEqual(started, ['a', 'b', 'two', 'c']);
  for (const name of ['two', 'c']) await end(name);
  await Promise.all(all);
});

test('a lower limit holds the next ones back, and more hosts than the limit run alone', async () => {
  const slots = new HostSlots(2);
  const { started, run, end } = tasks(slots);
  const all = [run('a', 1), run('two', 2), run('b', 1)];
  await end('');
  slots.setLimit(1);
  await end('a');
  assert.deepEqual(started, ['a', 'two']);
  await end('two');
  assert.deepEqual(started, ['a', 'two', 'b']);
  await end('b');
  await Promise.all(all);
});

test('a task whose turn comes after the abort does not start', async () => {
  const slots = new HostSlots(1);
  const controller = new AbortController();
  const { started, run, end } = tasks(slots, controller.signal);
  const first = run('a', 1);
  const second = assert.rejects(run('b', 1), /enough/);
  await end('');
  controller.abort(new Error('enough'));
  await end('a');
  await Promise.all([first, second]);
  assert.deepEqual(started, ['a']);
});
