import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeJob, runJob, startTrain } from '../support/job.ts';
import { processesWith, shellJob } from '../support/processes.ts';

describe('a script that is killed', { concurrency: 2 }, () => {
  for (const [signal, code] of [
    ['SIGSEGV', 139],
    ['SIGABRT', 134],
    ['SIGFPE', 136],
    ['SIGTERM', 143],
  ] as const) {
    test(`by ${signal} gives ${code} and is reported as killed by ${signal}`, async (t) => {
      const result = await runJob(t, shellJob(`ulimit -c 0; echo last words >&2; kill -${signal.slice(3)} $$`));
      assert.equal(result.code, code);
      assert.equal(result.isSuccess, false);
      assert.match(
        result.failure ?? '',
        new RegExp(`^ExecuteUserScriptError:\nExitCode ${code}\nErrorMessage "killed by ${signal}\nlast words`),
      );
      assert.doesNotMatch(result.failure ?? '', /memory|ExtraInfo/i);
    });
  }

  test('by SIGKILL from outside is not said to have run out of memory', async (t) => {
    const base = makeJob(t, shellJob('echo "pid $$ ready"; while :; do sleep 0.1; done'));
    const job = startTrain(t, base, { FAMILY: base });
    let output = '';
    job.child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    await job.seen('ready');
    const pid = Number(/pid (\d+) ready/.exec(output)?.[1]);
    process.kill(pid, 'SIGKILL');
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.match(
      result.failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 137\nErrorMessage "killed by SIGKILL, not by optml/,
    );
    assert.doesNotMatch(result.failure ?? '', /out of memory|OutOfMemory|ExtraInfo/);
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test('leaves the exit code of a shell that reports it as 128 and the number (C51)', async (t) => {
    const result = await runJob(t, shellJob('sh -c "kill -KILL \\$\\$"\nexit $?'));
    assert.equal(result.code, 137);
    assert.doesNotMatch(result.failure ?? '', /out of memory|OutOfMemory/);
  });
});
