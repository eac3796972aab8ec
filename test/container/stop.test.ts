// The platform's stop, as the engine does it: SIGTERM to PID 1, a grace period, SIGKILL (C57).
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { programJob, pythonJob, shellJob } from '../support/processes.ts';
import { engineOk, makeSharedJob, startJob } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const SAVES_TS = `
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointPath, modelPath, onStop } from 'optml';

onStop(async () => {
  await sleep(1000);
  writeFileSync(checkpointPath('state.json'), '{"step": 7}');
  writeFileSync(modelPath('model.json'), '{}');
  process.exit(0);
});
console.log('training');
for (;;) await sleep(50);
`;
const IGNORES = "trap '' TERM; echo training; while :; do sleep 0.1; done";

describe('stopping a job in a container', { concurrency: 2 }, () => {
  test('a script gets SIGTERM, saves a checkpoint and ends in time', async (t) => {
    const base = makeSharedJob(t, programJob('train.mts', SAVES_TS));
    const job = startJob(t, { image: IMAGES.cpu, base });
    await job.seen('training');
    const start = performance.now();
    await job.stop(60);
    const seconds = (performance.now() - start) / 1000;
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.ok(seconds >= 1 && seconds < 30, `it had its second and no more than it needed: ${seconds} s`);
    assert.equal(readFileSync(join(base, 'checkpoints', 'state.json'), 'utf8'), '{"step": 7}');
    assert.equal(result.isSuccess, true);
    assert.equal(existsSync(join(base, 'output', 'model.tar.gz')), true);
  });

  test('a Python script gets it too', async (t) => {
    const script = `
import signal, sys, time
def save(*_):
    open('/opt/ml/model/saved', 'w').close()
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print('training')
while True: time.sleep(0.05)
`;
    const base = makeSharedJob(t, pythonJob(script));
    const job = startJob(t, { image: IMAGES.python, base });
    await job.seen('training');
    await job.stop(60);
    assert.equal((await job.ended).code, 0);
    assert.equal(existsSync(join(base, 'model', 'saved')), true);
  });

  test('a script that does not handle it ends with 143', async (t) => {
    const base = makeSharedJob(t, shellJob('echo training; while :; do sleep 0.1; done'));
    const job = startJob(t, { image: IMAGES.cpu, base });
    await job.seen('training');
    await job.stop(60);
    const result = await job.ended;
    assert.equal(result.code, 143);
    assert.match(result.failure ?? '', /^ExecuteUserScriptError:\nExitCode 143\nErrorMessage "stopped by SIGTERM/);
  });

  test('a script that ignores it is killed by the engine after the grace period: 137', async (t) => {
    const base = makeSharedJob(t, shellJob(IGNORES));
    const job = startJob(t, { image: IMAGES.cpu, base });
    await job.seen('training');
    const start = performance.now();
    await job.stop(2);
    assert.ok(performance.now() - start >= 1900, 'it had its grace period');
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.equal(result.isSuccess, false);
    assert.equal(await engineOk(t, 'inspect', '-f', '{{.State.ExitCode}}', job.name), '137');
  });

  test('a shorter grace period of our own leaves time to say so in the failure file', async (t) => {
    const base = makeSharedJob(t, shellJob(IGNORES));
    const job = startJob(t, { image: IMAGES.cpu, base, options: ['-e', 'OPTML_STOP_GRACE_SECONDS=1'] });
    await job.seen('training');
    await job.stop(60);
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.match(
      result.failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 137\nErrorMessage "killed: still running 1 s after SIGTERM \(OPTML_STOP_GRACE_SECONDS\)/,
    );
  });

  test('a shell as PID 1, which passes no signal on, is warned of (C2)', async (t) => {
    const base = makeSharedJob(t, shellJob('echo trained'));
    const spec = { image: IMAGES.cpu, base, options: ['--entrypoint', 'sh'] };
    const warning = /WARN +PID 1 is a shell \(sh\), which keeps SIGTERM from the job: write ENTRYPOINT \["train"\]/;
    const kept = await startJob(t, { ...spec, command: ['-c', 'train; echo ended'] }).ended;
    assert.equal(kept.stdout, 'trained\nended\n');
    assert.match(kept.stderr, warning);
    const replaced = await startJob(t, { ...spec, command: ['-c', 'exec train'] }).ended;
    assert.equal(replaced.stdout, 'trained\n');
    assert.doesNotMatch(replaced.stderr, warning);
  });

  test('Ctrl-C in the terminal of the engine reaches the script', async (t) => {
    const base = makeSharedJob(
      t,
      shellJob(`trap 'echo saved; exit 0' INT; echo training; while :; do sleep 0.1; done`),
    );
    const job = startJob(t, { image: IMAGES.cpu, base });
    await job.seen('training');
    job.child.kill('SIGINT');
    const result = await job.ended;
    assert.equal(result.stdout, 'training\nsaved\n');
    assert.equal(result.code, 0, result.stderr);
  });
});
