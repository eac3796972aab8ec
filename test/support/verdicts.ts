import type { TestContext } from 'node:test';
import type { ValidationReport } from '../../src/validate/validation-report.ts';

/** Prints the status of each check that was asked, for `test/bench/validate-zoo.mjs`, which compares runs. */
export function reportVerdicts(t: TestContext, name: string, { checks }: ValidationReport): void {
  const asked = checks.filter(({ cause }) => cause !== 'left out');
  t.diagnostic(`verdicts ${name} ${JSON.stringify(Object.fromEntries(asked.map(({ id, status }) => [id, status])))}`);
}
