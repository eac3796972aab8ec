import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeJob, TRAIN, trainWith } from '../support/job.ts';
import { childrenOf, processesWith, pythonJob, shellJob, waitFor } from '../support/processes.ts';

const UNSHARE = ['--pid', '--fork', '--mount-proc', '--kill-child'];

function reasonToSkip(): string | false {
  const probe = spawnSync('unshare', [...UNSHARE, 'true'], { encoding: 'utf8' });
  if (probe.error !== undefined) return `unshare is not installed: ${probe.error.message}`;
  return probe.status === 0 ? false : `no PID namespace can be made here: ${probe.stderr.trim()}`;
}

describe('as PID 1', { concurrency: 2, skip: reasonToSkip() }, () => {
  test('train gets SIGTERM, passes it on, and exits as the script does (C57)', async (t) => {
    const script = `
import os, signal, sys, time
def save(*_):
    open(os.environ['SM_MODEL_DIR'] + '/checkpoint', 'w').close()
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
ready = os.environ['SM_OUTPUT_DATA_DIR'] + '/ready'
with open(ready + '.new', 'w') as file: file.write(open(f'/proc/{os.getppid()}/status').read().split('PPid:')[1].split()[0])
os.rename(ready + '.new', ready)
while True: time.sleep(0.05)
`;
    const job = startAsInit(t, makeJob(t, pythonJob(script)));
    await job.ready();
    assert.equal(readFileSync(join(job.base, 'output', 'data', 'ready'), 'utf8'), '1');
    job.signal('SIGTERM');
    assert.equal(await job.exitCode, 0);
    assert.equal(existsSync(join(job.base, 'model', 'checkpoint')), true);
    assert.equal(existsSync(join(job.base, 'output', 'success')), true);
  });

  test("the script's exit code is the container's", async (t) => {
    const job = startAsInit(t, makeJob(t, shellJob('exit 37')));
    assert.equal(await job.exitCode, 37);
    assert.match(readFileSync(join(job.base, 'output', 'failure'), 'utf8'), /ExitCode 37/);
  });

  test('a script that ignores SIGTERM is killed at the end of the grace period', async (t) => {
    const script = `trap '' TERM; : > "$SM_OUTPUT_DATA_DIR/ready"; while :; do sleep 0.1; done`;
    const job = startAsInit(t, makeJob(t, shellJob(script)), { OPTML_STOP_GRACE_SECONDS: '1' });
    await job.ready();
    job.signal('SIGTERM');
    assert.equal(await job.exitCode, 137);
    assert.deepEqual(processesWith('FAMILY', job.base), []);
  });

  test('orphans that end as its children do no harm, and none survives', async (t) => {
    // Each inner shell ends immediately and leaves its child to PID 1; some of those end, some stay.
    const script = `for i in 1 2 3 4 5 6 7 8 9 10; do
  sh -c 'sleep 0.1 & setsid sleep 600 & exit 0'
done
sleep 0.5`;
    const job = startAsInit(t, makeJob(t, shellJob(script)));
    assert.equal(await job.exitCode, 0);
    assert.deepEqual(processesWith('FAMILY', job.base), []);
    assert.equal(existsSync(join(job.base, 'output', 'success')), true);
  });

  test('even a process that threw its environment away does not survive the container', async (t) => {
    const seconds = String(1_000_000 + process.pid);
    const script = `setsid env -i /bin/sleep ${seconds} & sleep 0.5`;
    // It holds standard error open.
    const job = startAsInit(t, makeJob(t, shellJob(script)), {}, trainWith({ stallMs: 500 }));
    assert.equal(await job.exitCode, 0);
    assert.equal(spawnSync('pgrep', ['-f', `^/bin/sleep ${seconds}$`]).status, 1);
  });
});

interface InitJob {
  readonly base: string;
  readonly ready: () => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly exitCode: Promise<number | null>;
}

function startAsInit(
  t: TestContext,
  base: string,
  variables: NodeJS.ProcessEnv = {},
  train: readonly string[] = [TRAIN],
): InitJob {
  const env = {
    PATH: process.env['PATH'],
    SAGEMAKER_BASE_DIR: base,
    OPTML_PACKAGE: 'never',
    FAMILY: base,
    ...variables,
  };
  const child: ChildProcess = spawn('unshare', [...UNSHARE, process.execPath, ...train], { env, stdio: 'ignore' });
  // Takes train, and with it the whole namespace, along.
  t.after(() => child.kill('SIGKILL'));
  return {
    base,
    ready: () => waitFor('the script', () => existsSync(join(base, 'output', 'data', 'ready'))),
    signal: (signal) => {
      const [train] = childrenOf(child.pid ?? 0);
      assert.ok(train !== undefined);
      process.kill(train, signal);
    },
    exitCode: new Promise((resolve) => child.once('exit', resolve)),
  };
}
