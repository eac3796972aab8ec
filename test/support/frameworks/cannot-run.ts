import type { TestContext } from 'node:test';

/** Skips a test because this machine lacks something. @throws Error in CI, which installs everything. */
export function cannotRun(t: TestContext, reason: string): undefined {
  if (process.env['CI']) throw new Error(reason);
  t.skip(`SKIPPED: ${reason}`);
}
