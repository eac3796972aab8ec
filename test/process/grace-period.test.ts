import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { StopControl } from '../../src/process/stop-control.ts';
import { supervise } from '../../src/process/supervise.ts';
import { temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';

test('the end of the grace period kills the group, whether the clock or the timer sees it first', async (t) => {
  let aheadMs = 0;
  const stop = new StopControl(
    () => undefined,
    () => performance.now() + aheadMs,
  );
  const lines: string[] = [];
  const say = (message: string) => lines.push(message);
  // The first process ends well immediately; another one of its group stays.
  const script = `trap 'exit 0' TERM
(trap '' TERM; : > "$READY"; while :; do sleep 0.1; done) &
while :; do sleep 0.05; done`;
  const ready = `${temporaryFolder(t)}/ready`;
  const variables = { PATH: process.env['PATH'], READY: ready };
  const command = { file: '/bin/sh', args: ['-c', script], cwd: '/', variables };
  const log = { debug: say, info: say, warn: say, error: say };
  const ended = supervise(command, { stop, graceSeconds: 60, log, writeError: async () => undefined });
  await waitFor('the script', () => existsSync(ready));
  stop.receive('SIGTERM');
  // The timer still has a minute to go.
  aheadMs = 61_000;
  const end = await ended;
  assert.equal(end.exitCode, 0);
  assert.equal(end.isKilledAfterGrace, true);
  assert.deepEqual(lines, ['the program is still running 60 s after SIGTERM: killing it']);
});
