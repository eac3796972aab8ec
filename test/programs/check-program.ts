import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { compareJob, outputOf } from './compare.ts';
import { fromSdk } from './from-sdk.ts';
import { fromJobFile, type JobRun, type Program, type RunProgram } from './program-workplace.ts';

/** A program, and the SDK that submits its job if that is not a file. */
export interface CheckedProgram extends Program {
  readonly sdk?: 'sdk-v2' | 'sdk-v3';
}

/** Runs the job of a program, and compares all that optml collected with what the program recorded. */
export async function checkProgram(t: TestContext, program: CheckedProgram): Promise<void> {
  const run = await prepare(t, program);
  if (run === undefined) return;
  const job = await run({ name: 'trains' });
  checkCompleted(job);
  await compareJob(job);
}

/**
 * Interrupts a program after some seconds, once: it saves a checkpoint, and continues from it in the second attempt of the
 * job. On a busy machine it may be interrupted before it has a checkpoint. That job is compared too, and another one is
 * interrupted later.
 */
export async function checkInterruption(t: TestContext, program: CheckedProgram, seconds: number): Promise<void> {
  for (const after of [seconds, 3 * seconds]) {
    const run = await prepare(t, { ...program, args: ['--interrupt-after', String(after)] });
    if (run === undefined) return;
    const job = await run({ name: 'is-interrupted', hyperparameters: { max_seconds: String(2 * after) } });
    checkCompleted(job);
    await compareJob(job);
    const [, second] = job.truth.starts['algo-1'] ?? [];
    if (second !== undefined && Object.keys(second.found).length > 0) return;
  }
  assert.fail(`no attempt continued from a checkpoint, although one was interrupted after ${3 * seconds} s`);
}

/**
 * Runs a program with the hyperparameter `fail_at`, so that it fails after it has saved checkpoints, then again without it:
 * a second job with the same location of checkpoints. Compares both.
 */
export async function checkResume(t: TestContext, program: CheckedProgram): Promise<void> {
  const run = await prepare(t, program);
  if (run === undefined) return;
  const failed = await run({ name: 'fails', hyperparameters: { fail_at: '5' } });
  assert.equal(failed.end.code, 1, outputOf(failed));
  await compareJob(failed);
  const left = failed.truth.starts['algo-1']?.at(-1)?.left ?? {};
  assert.notDeepEqual(left, {});

  const resumed = await run({ name: 'resumes' });
  checkCompleted(resumed);
  await compareJob(resumed, left);
}

async function prepare(t: TestContext, program: CheckedProgram): Promise<RunProgram | undefined> {
  return program.sdk === undefined ? fromJobFile(t, program) : await fromSdk(t, program, program.sdk);
}

/** The program printed a value of each metric and saved a model: without them a comparison shows nothing. */
function checkCompleted(job: JobRun): void {
  assert.equal(job.end.code, 0, outputOf(job));
  const { MetricDefinitions } = job.request.AlgorithmSpecification;
  const printed = Object.values(job.truth.metrics).flatMap((series) => Object.keys(series));
  assert.deepEqual([...new Set(printed)].sort(), MetricDefinitions.map(({ Name }) => Name).sort());
  assert.notDeepEqual(job.truth.model, {});
}
