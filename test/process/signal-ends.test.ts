import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTHER_SIGNALS, STOP_SIGNALS } from '../../src/process/signals.ts';
import { makeJob, type RunResult, startTrain } from '../support/job.ts';
import { processesWith, shellJob } from '../support/processes.ts';
import { trials } from '../support/trials.ts';

describe('a program that a signal kills', { concurrency: 3 }, () => {
  const names = { 34: 'SIGRTMIN', 40: 'SIGRTMIN+6', 64: 'SIGRTMIN+30' };
  for (const [signal, name] of Object.entries(names).map(([number, name]) => [Number(number), name] as const)) {
    test(`has failed with exit code ${128 + signal} for real-time signal ${signal} (C73)`, async (t) => {
      const base = makeJob(t, shellJob(`kill -${signal} $$`));
      const result = await startTrain(t, base).ended;
      assert.equal(result.code, 128 + signal, result.stderr);
      const head = `ExecuteUserScriptError:\nExitCode ${128 + signal}\nErrorMessage "killed by ${name} (signal ${signal})"\n`;
      assert.equal(result.failure?.slice(0, head.length), head);
      assert.equal(result.isSuccess, false);
    });
  }

  test('has failed as one of several ranks (C73)', async (t) => {
    const hyperparameters = { optml_launch: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };
    const base = makeJob(t, shellJob('[ "$RANK" = 0 ] || kill -40 $$; sleep 60', { hyperparameters }));
    const result = await startTrain(t, base).ended;
    assert.equal(result.code, 168, result.stderr);
    assert.equal(result.isSuccess, false);
  });
});

const SIGNALS = [...STOP_SIGNALS, ...OTHER_SIGNALS];
const any = <T>(values: readonly T[]) => values[Math.floor(Math.random() * values.length)] as T;

describe('exit code, markers and log agree', { concurrency: 3 }, () => {
  const storms = trials({ gate: 12, long: 300 });
  test(`after ${storms} storms of signals at random moments`, async (t) => {
    for (let storm = 0; storm < storms; storm++) {
      const base = makeJob(t, shellJob('echo model > "$SM_MODEL_DIR/model"; sleep 0.1'));
      const job = startTrain(t, base, { FAMILY: base, OPTML_PACKAGE: 'always', OPTML_STOP_GRACE_SECONDS: '2' });
      const count = 1 + Math.floor(Math.random() * 50);
      const sent = Array.from({ length: count }, async () => {
        await sleep(Math.random() * 700);
        const signal = any(SIGNALS);
        job.child.kill(signal);
        return signal;
      });
      assertAgree(await job.ended, `storm ${storm}: ${(await Promise.all(sent)).join(' ')}`);
      assert.deepEqual(processesWith('FAMILY', base), []);
    }
  });

  const ends = trials({ gate: 12, long: 200 });
  test(`after ${ends} signals in the last milliseconds`, async (t) => {
    for (let end = 0; end < ends; end++) await signalAfterSuccess(t, any(SIGNALS));
  });
});

async function signalAfterSuccess(t: TestContext, signal: NodeJS.Signals): Promise<void> {
  const base = makeJob(t, shellJob('exit 0'));
  const job = startTrain(t, base);
  const hasEnded = () => job.child.exitCode !== null || job.child.signalCode !== null;
  while (!existsSync(join(base, 'output', 'success')) && !hasEnded()) await sleep(1);
  job.child.kill(signal);
  const result = await job.ended;
  assert.deepEqual([result.code, result.signal, result.isSuccess], [0, null, true], signal);
}

function assertAgree({ code, signal, stderr, failure, isSuccess }: RunResult, message: string): void {
  const verdicts = stderr.match(/Reporting training (?:SUCCESS|FAILURE)/g) ?? [];
  const found = { isSuccess, hasFailed: failure !== undefined, verdicts };
  // A signal that comes before `train` can receive it ends it as it ends every program that starts.
  if (signal !== null) assert.deepEqual(found, { isSuccess: false, hasFailed: false, verdicts: [] }, message);
  else if (code === 0) {
    assert.deepEqual(found, { isSuccess: true, hasFailed: false, verdicts: ['Reporting training SUCCESS'] }, message);
  } else {
    assert.deepEqual(found, { isSuccess: false, hasFailed: true, verdicts: ['Reporting training FAILURE'] }, message);
  }
}
