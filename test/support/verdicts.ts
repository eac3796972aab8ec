import type { TestContext } from 'node:test';
import type { ValidationReport } from '../../src/validate/validation-report.ts';

/** Prints the findings, what is unknown and how many checks passed, for `test/bench/validate-zoo.mjs`, which compares runs. */
export function reportVerdicts(t: TestContext, name: string, { checks, counts }: ValidationReport): void {
  const idsOf = (wanted: string) => checks.filter(({ status }) => status === wanted).map(({ id }) => id);
  t.diagnostic(
    `verdicts ${name} ${JSON.stringify({ fail: idsOf('fail'), unknown: idsOf('unknown'), pass: counts.pass })}`,
  );
}
