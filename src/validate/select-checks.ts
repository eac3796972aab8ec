import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import type { Check } from './check.ts';

/** Which checks are wanted, by their ids or clauses. */
export interface Selection {
  /** All, where it is absent or empty. */
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

/**
 * Whether a check is wanted.
 *
 * @throws OptmlError USAGE for a name that is neither a check's nor a clause's, with the nearest one; exit code 2.
 */
export function selectChecks(checks: readonly Check[], { only = [], skip = [] }: Selection): (check: Check) => boolean {
  for (const name of [...only, ...skip]) findChecks(checks, name);
  const isNamed = (check: Check, names: readonly string[]) => names.some((name) => isCalled(check, name));
  return (check) => (only.length === 0 || isNamed(check, only)) && !isNamed(check, skip);
}

/**
 * The checks of that id or clause, in any case. A suggestion for a wrong name is one of theirs, or one of `others`.
 *
 * @throws OptmlError USAGE where there is none.
 */
export function findChecks(checks: readonly Check[], name: string, others: readonly string[] = []): readonly Check[] {
  const found = checks.filter((check) => isCalled(check, name));
  if (found.length > 0) return found;
  const names = [...checks.flatMap(({ id, clause }) => [id, clause]), ...others];
  const suggestion = nearest(name, names);
  throw new OptmlError('USAGE', `there is no check or clause called "${name}"`, {
    fix: suggestion === undefined ? 'List them: optml validate --list' : `Did you mean "${suggestion}"?`,
    exitCode: EXIT_CODES.usage,
  });
}

function isCalled({ id, clause }: Check, name: string): boolean {
  return id === name.toLowerCase() || clause === name.toUpperCase();
}
