import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHelper } from '../../../../src/process/helper/helper-program.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { isAlive, waitFor } from '../../../support/processes.ts';

const sh = (script: string) => ({ file: '/bin/sh', args: ['-c', script] });
const LONG_MS = 60_000;

test('the answer and the exit code of a program', async () => {
  assert.deepEqual(await runHelper(sh('echo out; echo err >&2; exit 3'), { limitMs: LONG_MS }), {
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  const missing = await runHelper({ file: '/no/such/program', args: [] }, { limitMs: LONG_MS });
  assert.deepEqual([missing.code, missing.killed], [127, undefined]);
  assert.match(missing.stderr, /ENOENT/);
});

test('a program that hangs is killed with all that it has started', async (t) => {
  const pids = join(temporaryFolder(t), 'pids');
  const script = `echo $$ > ${pids}; sleep 1000 & echo $! >> ${pids}; exec sleep 1000`;
  const start = performance.now();
  const end = await runHelper(sh(script), { limitMs: 500 });
  assert.deepEqual([end.code, end.killed], [137, 'limit']);
  assert.ok(performance.now() - start < 20_000);
  const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  await waitFor('both processes are gone', () => started.length === 2 && !started.some(isAlive));
});

test('a program that prints nothing for too long is killed; one that prints is not', async () => {
  const limits = { limitMs: LONG_MS, silentMs: 1500 };
  assert.equal((await runHelper(sh('exec sleep 1000'), limits)).killed, 'limit');
  const talking = await runHelper(sh('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.3; done'), limits);
  assert.deepEqual([talking.code, talking.killed], [0, undefined]);
});

test('a signal kills the program; one that came before starts none', async () => {
  const stop = new AbortController();
  const running = runHelper(sh('exec sleep 1000'), { limitMs: LONG_MS, signal: stop.signal });
  stop.abort();
  assert.equal((await running).killed, 'signal');
  assert.equal((await runHelper(sh('exit 0'), { limitMs: LONG_MS, signal: stop.signal })).killed, 'signal');
});

test('a program that writes more than an answer has is killed, and little is kept', async () => {
  const end = await runHelper(sh('exec cat /dev/zero'), { limitMs: LONG_MS, mostBytes: 100_000 });
  assert.deepEqual([end.killed, end.stdout.length], ['output', 100_000]);
});

test('errors and lines may be of any length: the end is kept, and lines come in pieces', async () => {
  const errors = await runHelper(sh('head -c 300000 /dev/zero >&2; echo end >&2'), { limitMs: LONG_MS });
  assert.deepEqual([errors.code, errors.stderr.length, errors.stderr.endsWith('end\n')], [0, 64 * 1024, true]);
  let longest = 0;
  let total = 0;
  const onLine = (line: string) => {
    longest = Math.max(longest, line.length);
    total += line.length;
  };
  const lines = await runHelper(sh("head -c 20000000 /dev/zero | tr '\\0' x; echo; printf last"), {
    limitMs: LONG_MS,
    onLine,
  });
  assert.equal(lines.code, 0);
  assert.deepEqual([longest <= 8 * 1024, total], [true, 20_000_004]);
});

test('a process that holds the pipes open is not waited for', async () => {
  const start = performance.now();
  const end = await runHelper(sh('setsid sleep 20 & echo done'), { limitMs: LONG_MS });
  assert.deepEqual([end.code, end.stdout], [0, 'done\n']);
  assert.ok(performance.now() - start < 15_000);
});
