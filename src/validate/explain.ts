import { table } from '../report/text-table.ts';
import type { Check } from './check.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import { CLAUSES } from './clauses.ts';
import { findChecks } from './select-checks.ts';

/**
 * All about the checks of that id or clause, for people: the clause, how it is probed, why it matters, how to mend it.
 *
 * @throws OptmlError USAGE where there is none.
 */
export function explainCheck(name: string): string {
  return findChecks(ALL_CHECKS, name).map(explain).join('\n');
}

function explain({ id, clause, severity, title, probe, why, fix }: Check): string {
  return [
    `${id} (${clause}, ${severity})`,
    title,
    '',
    `Contract  ${CLAUSES[clause] ?? ''}`,
    `Probe     ${probe}`,
    `Why       ${why}`,
    `Fix       ${fix}`,
    '',
  ].join('\n');
}

/** A table of all checks: id, clause, severity and what is asked. */
export function describeChecks(): string {
  return table([
    ['CHECK', 'CLAUSE', 'SEVERITY', 'ASKS'],
    ...ALL_CHECKS.map(({ id, clause, severity, title }) => [id, clause, severity, title]),
  ]);
}
