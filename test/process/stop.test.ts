import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeJob, startTrain } from '../support/job.ts';
import { isAlive, pythonJob, shellJob, waitFor } from '../support/processes.ts';

// Saves a checkpoint when it gets a stop signal, which takes two seconds, and ends well.
const SAVES = `
import os, signal, sys, time
def save(*_):
    time.sleep(2)
    with open(os.path.join(os.environ['SM_MODEL_DIR'], 'checkpoint'), 'w') as file:
        file.write('step 7')
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print('ready', flush=True)
while True:
    time.sleep(0.05)
`;

describe('a stop', { concurrency: 3 }, () => {
  test('a script that saves a checkpoint on SIGTERM and ends well is a success, its model packed (C57)', async (t) => {
    const job = startTrain(t, makeJob(t, pythonJob(SAVES)), { OPTML_PACKAGE: 'always' });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.isSuccess, true);
    assert.equal(result.failure, undefined);
    const archive = join(job.base, 'output', 'model.tar.gz');
    assert.equal(spawnSync('tar', ['-xzOf', archive, 'checkpoint'], { encoding: 'utf8' }).stdout, 'step 7');
    assert.match(result.stderr, /Received SIGTERM: stopping the job/);
  });

  test('a script that saves and ends with another code has its model packed and keeps its code (C57)', async (t) => {
    const script = SAVES.replace('sys.exit(0)', "sys.exit('saved at step 7')");
    const job = startTrain(t, makeJob(t, pythonJob(script)), { OPTML_PACKAGE: 'always' });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 1);
    assert.equal(result.isSuccess, false);
    assert.match(
      result.failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "stopped by SIGTERM\nsaved at step 7/,
    );
    assert.equal(existsSync(join(job.base, 'output', 'model.tar.gz')), true);
  });

  test('a script that ignores SIGTERM is killed at the end of the grace period, and not out of memory', async (t) => {
    const script =
      'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("ready", flush=True)\ntime.sleep(600)\n';
    const job = startTrain(t, makeJob(t, pythonJob(script)), {
      OPTML_STOP_GRACE_SECONDS: '1.5',
      OPTML_PACKAGE: 'always',
    });
    await job.seen('ready');
    const start = performance.now();
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.ok(performance.now() - start >= 1400, 'it had its grace period');
    assert.equal(result.isSuccess, false);
    assert.match(
      result.failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 137\nErrorMessage "killed: still running 1\.5 s after SIGTERM \(OPTML_STOP_GRACE_SECONDS\)/,
    );
    assert.doesNotMatch(result.failure ?? '', /memory/i);
    assert.equal(existsSync(join(job.base, 'output', 'model.tar.gz')), false);
  });

  test('a script that ends well while another of its group has to be killed is a failure with exit code 137', async (t) => {
    const script = `trap 'exit 0' TERM
(trap '' TERM; echo ready; while :; do sleep 0.1; done) &
while :; do sleep 0.1; done`;
    const job = startTrain(t, makeJob(t, shellJob(script)), { OPTML_STOP_GRACE_SECONDS: '1.5' });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.equal(result.isSuccess, false);
    assert.match(result.failure ?? '', /killed: still running 1\.5 s after SIGTERM/);
  });

  test('a second signal is passed on as well', async (t) => {
    const script = `
import signal, sys, time
seen = []
def handle(*_):
    seen.append(1)
    print('signal', len(seen), flush=True)
    if len(seen) == 2: sys.exit(5)
signal.signal(signal.SIGTERM, handle)
print('ready', flush=True)
while True: time.sleep(0.05)
`;
    const job = startTrain(t, makeJob(t, pythonJob(script)));
    await job.seen('ready');
    job.child.kill('SIGTERM');
    await job.seen('signal 1');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 5, result.stderr);
    assert.match(result.stdout, /signal 2/);
  });

  for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
    test(`${signal} reaches the script`, async (t) => {
      const script = `
import signal, sys, time
signal.signal(signal.${signal}, lambda *_: (print('got ${signal}', flush=True), sys.exit(0)))
print('ready', flush=True)
while True: time.sleep(0.05)
`;
      const job = startTrain(t, makeJob(t, pythonJob(script)));
      await job.seen('ready');
      job.child.kill(signal);
      const result = await job.ended;
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stdout, new RegExp(`got ${signal}`));
      // The last two are the script's own affair: the job is not being stopped.
      assert.equal(result.stderr.includes('stopping the job'), !signal.startsWith('SIGUSR'));
    });
  }

  test('a signal reaches the whole group: the child of a shell that waits for it', async (t) => {
    const script = `sh -c 'trap "echo the child saved; exit 0" TERM; echo ready; while :; do sleep 0.05; done' &
wait`;
    const job = startTrain(t, makeJob(t, shellJob(script)));
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.match(result.stdout, /the child saved/);
    // The shell itself has no trap: it dies by the signal, and that is what is reported.
    assert.equal(result.code, 143);
    assert.match(
      result.failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 143\nErrorMessage "stopped by SIGTERM, which the program did not handle/,
    );
  });

  test('after a stop train waits for a group whose first process is gone while another one saves', async (t) => {
    const script = `python3 -c "$SAVES" &
echo $! > "$SM_OUTPUT_DATA_DIR/pid"
trap 'exit 0' TERM
while :; do sleep 0.05; done`;
    const job = startTrain(t, makeJob(t, shellJob(script)), { SAVES, OPTML_PACKAGE: 'always' });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(readFileSync(join(job.base, 'model', 'checkpoint'), 'utf8'), 'step 7');
    assert.doesNotMatch(result.stderr, /outlived the program/);
  });

  test('a script that dies by the signal immediately is reported so, with 128 and its number', async (t) => {
    const job = startTrain(t, makeJob(t, shellJob('echo $$ > "$SM_OUTPUT_DATA_DIR/pid"\necho ready\nexec sleep 600')));
    await job.seen('ready');
    const pid = Number(readFileSync(join(job.base, 'output', 'data', 'pid'), 'utf8'));
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 143);
    assert.doesNotMatch(result.failure ?? '', /memory/i);
    await waitFor('the script to be gone', () => !isAlive(pid), 1000);
  });
});
