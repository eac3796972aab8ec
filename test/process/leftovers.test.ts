import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { SUPERVISE_WAITS } from '../../src/process/supervise.ts';
import { makeJob, startTrain, TRAIN, temporaryFolder } from '../support/job.ts';
import { processesOf, processesWith, programJob, pythonJob, shellJob } from '../support/processes.ts';
import { trials } from '../support/trials.ts';

// Ten children with ten children each, in shells that ignore the end of their parents.
const TREE = `for i in 1 2 3 4 5 6 7 8 9 10; do
  sh -c 'for j in 1 2 3 4 5 6 7 8 9 10; do sleep 600 & done; wait' &
done`;

const SESSION = `
import os, signal, sys, time
reads, writes = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0: os._exit(0)
    signal.signal(signal.SIGTERM, HANDLER)
    os.write(writes, b'x')
    time.sleep(600)
    os._exit(0)
os.read(reads, 1)
`;

// With hundreds of them, signals to one after the other come too late.
const FORKS = trials({ gate: 25, long: 300 });
const whyNoOtherUser = () => (process.getuid?.() === 0 ? false : 'only root can limit the processes of another user');

describe('what a program leaves behind', { concurrency: 3 }, () => {
  test('has five seconds between SIGTERM and SIGKILL by default', () => {
    assert.equal(SUPERVISE_WAITS.leftoverMs, 5000);
  });

  test('a tree of a hundred grandchildren is gone at the end of a script that succeeds', async (t) => {
    const base = makeJob(
      t,
      shellJob(`${TREE}\nwhile [ $(pgrep -cs 0 sleep) -lt 100 ]; do sleep 0.05; done; echo grown`),
    );
    const result = await startTrain(t, base, { FAMILY: base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /grown/);
    assert.deepEqual(processesWith('FAMILY', base), []);
    assert.match(result.stderr, /\d{3} processes outlived the program and had to be ended: /);
  });

  test('a tree of a hundred grandchildren is gone after a stop', async (t) => {
    const base = makeJob(
      t,
      shellJob(`${TREE}\nwhile [ $(pgrep -cs 0 sleep) -lt 100 ]; do sleep 0.05; done; echo grown; wait`),
    );
    const job = startTrain(t, base, { FAMILY: base });
    await job.seen('grown');
    assert.ok(processesWith('FAMILY', base).length > 110, 'all of them are there');
    job.child.kill('SIGTERM');
    assert.equal((await job.ended).code, 143);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a tree that ignores signals is killed after a stop', async (t) => {
    const base = makeJob(
      t,
      shellJob(`trap '' TERM\n${TREE}\nwhile [ $(pgrep -cs 0 sleep) -lt 100 ]; do sleep 0.05; done; echo grown; wait`),
    );
    const job = startTrain(t, base, { FAMILY: base, OPTML_STOP_GRACE_SECONDS: '1' });
    await job.seen('grown');
    job.child.kill('SIGTERM');
    assert.equal((await job.ended).code, 137);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a grandchild that outlives a script may save for some seconds after SIGTERM', async (t) => {
    const script = `sh -c 'trap "sleep 2; echo saved > $SM_MODEL_DIR/late; exit 0" TERM; echo > $SM_MODEL_DIR/ready; while :; do sleep 0.05; done' &
while [ ! -e "$SM_MODEL_DIR/ready" ]; do sleep 0.05; done`;
    const base = makeJob(t, shellJob(script));
    const result = await startTrain(t, base, { FAMILY: base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(readFileSync(join(base, 'model', 'late'), 'utf8'), 'saved\n');
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a grandchild that ignores SIGTERM is killed after the grace period, and the job is still a success', async (t) => {
    const script = `sh -c 'trap "" TERM; echo > $SM_MODEL_DIR/ready; while :; do sleep 0.05; done' &
while [ ! -e "$SM_MODEL_DIR/ready" ]; do sleep 0.05; done; echo over`;
    const base = makeJob(t, shellJob(script));
    const job = startTrain(t, base, { FAMILY: base }, { leftoverMs: 600 });
    await job.seen('over');
    const start = performance.now();
    const result = await job.ended;
    assert.ok(performance.now() - start > 500, '600 ms between SIGTERM and SIGKILL');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.isSuccess, true);
    assert.match(result.stderr, /outlived the program and had to be ended: sh \(\d+\)/);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a daemon in a session of its own is found by its mark and told to end', async (t) => {
    const handler = "lambda *_: (open(os.environ['SM_MODEL_DIR'] + '/told', 'w').close(), os._exit(0))";
    const base = makeJob(t, pythonJob(SESSION.replace('HANDLER', handler)));
    const result = await startTrain(t, base, { FAMILY: base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(existsSync(join(base, 'model', 'told')), true);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a daemon in a session of its own that ignores SIGTERM is killed, after a failure too', async (t) => {
    const script = `${SESSION.replace('HANDLER', 'signal.SIG_IGN')}\nsys.exit(3)\n`;
    const base = makeJob(t, pythonJob(script));
    const result = await startTrain(t, base, { FAMILY: base }, { leftoverMs: 200 }).ended;
    assert.equal(result.code, 3, result.stderr);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a Node program that is detached on purpose does not outlive the job', async (t) => {
    const script = `import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
child.unref();`;
    const base = makeJob(t, programJob('train.mjs', script));
    const result = await startTrain(t, base, { FAMILY: base }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('a job within a job: what the inner one started is ended with the outer one', async (t) => {
    const inner = makeJob(
      t,
      pythonJob(`${SESSION.replace('HANDLER', 'signal.SIG_IGN')}\nprint('grown', flush=True)\ntime.sleep(600)`),
    );
    const script = `SAGEMAKER_BASE_DIR='${inner}' SAGEMAKER_PROGRAM= OPTML_STOP_GRACE_SECONDS=60 exec "$NODE" "$TRAIN"`;
    const base = makeJob(t, shellJob(script));
    const variables = { FAMILY: base, NODE: process.execPath, TRAIN, OPTML_STOP_GRACE_SECONDS: '1' };
    const job = startTrain(t, base, variables);
    await job.seen('grown');
    job.child.kill('SIGTERM');
    // Killed by the outer job, the inner one can do nothing more itself.
    assert.equal((await job.ended).code, 137);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  for (const [what, user, action] of [
    ['fork without a pause', 64_120, 'pass'],
    ['fork without a pause, each into a session of its own', 64_121, 'os.setsid()'],
  ] as const) {
    test(`processes that ${what} are gone at the end`, { skip: whyNoOtherUser() }, async (t) => {
      const script = `
import os, resource, signal, time
resource.setrlimit(resource.RLIMIT_NPROC, (${FORKS}, ${FORKS}))
os.setgid(${user}); os.setuid(${user})
signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while True:
        try:
            if os.fork() == 0: ${action}
        except OSError: pass
time.sleep(0.3)
`;
      const base = makeJob(t, pythonJob(script));
      const result = await startTrain(t, base, {}, { leftoverMs: 100 }).ended;
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stderr, /\d\d processes outlived the program and had to be ended: python/);
      assert.deepEqual(processesOf(user), []);
    });
  }

  // Nothing marks it: it has a session and an environment of its own.
  const escaped = (dir: string, work: string) =>
    `setsid env -i sh -c 'echo $$ > "$0/escaped.new"; mv "$0/escaped.new" "$0/escaped"; ${work}' "${dir}" >/dev/null &
while [ ! -e "${dir}/escaped" ]; do sleep 0.02; done`;
  const endEscaped = (t: TestContext, dir: string) => {
    const pid = Number(readFileSync(join(dir, 'escaped'), 'utf8'));
    t.after(() => process.kill(pid, 'SIGKILL'));
  };
  const WARNING = /WARN +the program's standard error is still open: its later output is lost\./;

  for (const [what, work] of [
    ['writes to', 'while :; do echo still here >&2; sleep 0.1; done'],
    ['holds', 'exec sleep 600'],
  ] as const) {
    test(`an escaped process that ${what} standard error does not keep train after a success`, async (t) => {
      const dir = temporaryFolder(t);
      const base = makeJob(t, shellJob(escaped(dir, work)));
      const begin = performance.now();
      const result = await startTrain(t, base, { OPTML_STOP_GRACE_SECONDS: '2' }, { stallMs: 1000 }).ended;
      endEscaped(t, dir);
      assert.deepEqual([result.code, result.isSuccess], [0, true], result.stderr);
      assert.match(result.stderr, WARNING);
      assert.ok(performance.now() - begin < 10_000);
    });
  }

  test('an escaped process that writes to standard error does not prolong the grace period', async (t) => {
    const dir = temporaryFolder(t);
    const work = 'while :; do echo still here >&2; sleep 0.1; done';
    const base = makeJob(t, shellJob(`trap 'exit 0' TERM\n${escaped(dir, work)}\nwhile :; do sleep 0.05; done`));
    const job = startTrain(t, base, { OPTML_STOP_GRACE_SECONDS: '2' });
    await job.seen('still here');
    endEscaped(t, dir);
    const begin = performance.now();
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.deepEqual([result.code, result.isSuccess], [0, true], result.stderr);
    assert.match(result.stderr, WARNING);
    assert.ok(performance.now() - begin < 4000);
  });
});
