import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { listProcesses, readStat } from '../../../src/process/list-processes.ts';

const SKIP = process.platform === 'linux' ? false : 'only Linux has /proc';

test('lists this process and its children, with their groups and start times', { skip: SKIP }, async (t) => {
  const child = spawn('sleep', ['60'], { detached: true });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  const pid = child.pid ?? 0;
  const pids = listProcesses();
  assert.ok(pids?.includes(process.pid) && pids.includes(pid));
  const [own, other] = [readStat(process.pid), readStat(pid)];
  assert.equal(other?.group, pid);
  assert.equal(other?.session, pid);
  assert.ok((other?.startedAt ?? 0) >= (own?.startedAt ?? Infinity));
});

test('returns nothing for a process that does not exist', () => {
  // Linux stops at 2^22.
  assert.equal(readStat(2 ** 22 + 1), undefined);
});
