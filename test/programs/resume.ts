import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { compareCheckpoints, compareMetrics, compareModel, copyProgram, type Program } from './run-program.ts';

/**
 * Runs a program with the hyperparameter `fail_at`, so that it fails after it has saved checkpoints, then again without it:
 * a second job with the same location of checkpoints. Compares both.
 */
export async function checkResume(t: TestContext, program: Program): Promise<void> {
  const copy = copyProgram(t, program);
  if (copy === undefined) return;
  const failed = await copy.run({ TrainingJobName: 'fails', HyperParameters: { fail_at: '5' } });
  assert.equal(failed.end.code, 1, failed.end.stderr);
  compareMetrics(copy, failed);
  await compareModel(copy, failed);
  compareCheckpoints(copy, failed);
  const left = failed.truth.starts['algo-1']?.at(-1)?.left;
  assert.ok(left !== undefined && Object.keys(left).length > 0);

  const resumed = await copy.run({ TrainingJobName: 'resumes' });
  assert.equal(resumed.end.code, 0, resumed.end.stderr);
  compareMetrics(copy, resumed);
  await compareModel(copy, resumed);
  compareCheckpoints(copy, resumed, left);
  assert.notDeepEqual(resumed.truth.model, {});
}
