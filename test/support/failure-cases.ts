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
  /** The place in the user's code, as it stands in parentheses behind the whole message. */
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
      assert.equal(shown.slice(0, head.length + message.length), head + message);
      const rest = shown.slice(head.length + message.length);
      if (location !== undefined) assert.ok(rest.includes(` (${location})`), `${location} in ${rest}`);
      if (location === undefined) assert.doesNotMatch(rest, /^ \(/);
      assert.match(result.failure ?? '', /"\nCommand "[^\n]*"$/);
    });
  }
}

/** What the platform would show of the failure file. */
export function shownFailure(result: RunResult): string {
  return (result.failure ?? '').slice(0, SHOWN);
}
