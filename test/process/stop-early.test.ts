import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeJob, type RunResult, startTrain, temporaryFolder } from '../support/job.ts';
import { processesWith } from '../support/processes.ts';

// Far below what the fake programs would take, far above what stopping them takes.
const QUICK_MS = 15_000;

describe('a stop before the training program runs', { concurrency: 3 }, () => {
  test('ends a slow npm immediately, with exit code 143 and a failure file', async (t) => {
    const base = makeJob(t, {
      program: 'train.js',
      files: {
        'code/train.js': 'console.log("must not run")',
        'code/package.json': '{"dependencies":{"left-out":"1.0.0"}}',
      },
    });
    const job = startTrain(t, base, { ...withProgram(t, 'npm', 'echo installing; sleep 600'), FAMILY: base });
    await job.seen('installing');
    assertStopped(await stopNow(job, 'SIGTERM'), 143, 'SIGTERM');
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('ends a slow pip immediately, with exit code 143 and a failure file', async (t) => {
    const base = makeJob(t, {
      program: 'train.py',
      files: { 'code/train.py': 'print("must not run")', 'code/requirements.txt': 'left-out==1.0\n' },
    });
    const job = startTrain(t, base, { ...withProgram(t, 'python3', 'echo installing "$@"; sleep 600'), FAMILY: base });
    await job.seen('installing -m pip install');
    assertStopped(await stopNow(job, 'SIGTERM'), 143, 'SIGTERM');
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('kills an installer that ignores it when the grace period is over', async (t) => {
    const base = makeJob(t, {
      program: 'train.js',
      files: { 'code/train.js': '', 'code/package.json': '{"dependencies":{"left-out":"1.0.0"}}' },
    });
    const npm = "trap '' TERM INT; echo installing; while :; do sleep 0.2; done";
    const job = startTrain(t, base, { ...withProgram(t, 'npm', npm), OPTML_STOP_GRACE_SECONDS: '1', FAMILY: base });
    await job.seen('installing');
    assertStopped(await stopNow(job, 'SIGINT'), 130, 'SIGINT');
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('is not taken for a stop when an installer fails by itself', async (t) => {
    const base = makeJob(t, {
      program: 'train.js',
      files: { 'code/train.js': '', 'code/package.json': '{"dependencies":{"left-out":"1.0.0"}}' },
    });
    const npm = 'echo "npm error 404 left-out is not in this registry" >&2; exit 4';
    const result = await startTrain(t, base, withProgram(t, 'npm', npm)).ended;
    assert.notEqual(result.code, 0);
    assert.match(result.failure ?? '', /^InstallRequirementsError:\nExitCode 4\nErrorMessage "/);
    assert.match(result.failure ?? '', /npm error 404 left-out is not in this registry/);
    assert.equal(result.isSuccess, false);
  });

  test('ends waiting for hosts immediately, with exit code 143 and a failure file (C30)', async (t) => {
    const base = makeJob(t, {
      program: 'train.sh',
      files: { 'code/train.sh': 'echo must not run' },
      resourceConfig: { current_host: 'localhost', hosts: ['localhost', 'algo-2.invalid'] },
    });
    const job = startTrain(t, base);
    await job.seen('Waiting for 1 of 2 hosts to resolve: algo-2.invalid');
    assertStopped(await stopNow(job, 'SIGTERM'), 143, 'SIGTERM');
  });
});

async function stopNow(job: ReturnType<typeof startTrain>, signal: NodeJS.Signals): Promise<RunResult> {
  const start = performance.now();
  job.child.kill(signal);
  const result = await job.ended;
  assert.ok(performance.now() - start < QUICK_MS, 'it ended quickly');
  return result;
}

function assertStopped(result: RunResult, code: number, signal: string): void {
  assert.equal(result.code, code, result.stderr);
  assert.equal(result.isSuccess, false);
  assert.match(
    result.failure ?? '',
    new RegExp(`STOPPED: the job was stopped by ${signal} before the training program was started`),
  );
  assert.doesNotMatch(result.stdout, /must not run/);
}

/** Variables with a shell script of that name first on PATH. */
function withProgram(t: TestContext, name: string, script: string): NodeJS.ProcessEnv {
  const dir = join(temporaryFolder(t), 'bin');
  mkdirSync(dir);
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${dir}:${process.env['PATH']}` };
}
