import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobSpec, type RunResult, runJob } from './job.ts';

/** A program that fails, and what must stand in the part of the failure file that the platform shows. */
export interface FailureCase {
  readonly title: string;
  readonly job: JobSpec;
  readonly exitCode: number;
  /** What the message begins with, directly behind `ErrorMessage "`: the error's own words. */
  readonly message: string;
  /** The place in the user's code, as it is in parentheses behind the first line of the message. */
  readonly location?: string;
}

/** Characters of a failure file that the platform shows, behind its own `AlgorithmError: ` (contract C50). */
export const SHOWN = 1024 - 16;

/** One test a case: the exact beginning, the message and the place, all within what is shown. */
export function testFailures(cases: readonly FailureCase[]): void {
  for (const { title, job, exitCode, message, location } of cases) {
    test(title, async (t) => {
      const result = await runJob(t, job);
      assert.equal(result.code, exitCode, result.stderr);
      const shown = shownFailure(result);
      const head = `ExecuteUserScriptError:\nExitCode ${exitCode}\nErrorMessage "`;
      const [first = '', ...more] = message.split('\n');
      const place = location === undefined ? '' : ` (${location})`;
      assert.ok(shown.startsWith(`${head}${first}${place}`), shown);
      const [begin = '', ...rest] = shown.slice(head.length).split('\n');
      if (location === undefined) assert.doesNotMatch(begin.slice(first.length), /^ \(/);
      assert.deepEqual(rest.slice(0, more.length), more);
      assert.match(result.failure ?? '', /"\nCommand "[^\n]*"$/);
    });
  }
}

/** What the platform would show of the failure file. */
export function shownFailure(result: RunResult): string {
  return (result.failure ?? '').slice(0, SHOWN);
}
