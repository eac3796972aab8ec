import type { Clause } from '../contract/clauses/clause.ts';
import { CLAUSES, clauseOf, clausePlace } from '../contract/clauses/contract-sections.ts';
import { packageFile } from '../process/package-root.ts';
import { table } from '../report/text-table.ts';
import type { Check } from './check.ts';
import { ALL_CHECKS } from './checks/all-checks.ts';
import { findChecks } from './select-checks.ts';

/**
 * All about a clause, also one without a check, or about the check of that id, for people.
 *
 * @throws OptmlError USAGE if there is neither.
 */
export function explain(name: string): string {
  const clause = clauseOf(name);
  if (clause !== undefined) return explainClause(name.toUpperCase(), clause);
  return findChecks(ALL_CHECKS, name, Object.keys(CLAUSES)).map(explainCheck).join('\n');
}

function explainClause(id: string, { title, rule, optml }: Clause): string {
  const checks = ALL_CHECKS.filter(({ clause }) => clause === id);
  return [
    `${id} ${title}`,
    ...rule.flatMap((text) => ['', text]),
    '',
    `optml     ${optml}`,
    `Page      ${pageOf(id)}`,
    ...(checks.length === 0 ? ['Checks    none: nothing that a check could find'] : ['', ...checksTable(checks)]),
    '',
  ].join('\n');
}

function checksTable(checks: readonly Check[]): readonly string[] {
  const rows = checks.map(({ id, severity, title }) => [id, severity, title]);
  return [table([['CHECK', 'SEVERITY', 'REQUIRES'], ...rows]), 'All about a check: optml validate --explain CHECK'];
}

function explainCheck({ id, clause, severity, title, probe, why, fix }: Check): string {
  const { title: rule = '', rule: paragraphs = [] } = clauseOf(clause) ?? {};
  return [
    `${id} (${clause}, ${severity})`,
    title,
    '',
    `Contract  ${[`${rule}.`, ...paragraphs].join(' ')}`,
    `Probe     ${probe}`,
    `Why       ${why}`,
    `Fix       ${fix}`,
    `Page      ${pageOf(clause)}`,
    '',
  ].join('\n');
}

/** The page with the anchor of the clause: where it is installed, except in images, which have no pages. */
function pageOf(clause: string): string {
  const [page = '', anchor] = clausePlace(clause).split('#');
  return `${packageFile(page) ?? page}#${anchor}`;
}

/** A table of all checks: id, clause, severity and what is asked. */
export function describeChecks(): string {
  return table([
    ['CHECK', 'CLAUSE', 'SEVERITY', 'REQUIRES'],
    ...ALL_CHECKS.map(({ id, clause, severity, title }) => [id, clause, severity, title]),
  ]);
}
