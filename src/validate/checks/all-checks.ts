import type { Check } from '../check.ts';
import { BEHAVIOUR_CHECKS } from './behaviour-checks.ts';
import { STATIC_CHECKS } from './static-checks.ts';

/** Every check, in the order of the contract's clauses. */
export const ALL_CHECKS: readonly Check[] = [...STATIC_CHECKS, ...BEHAVIOUR_CHECKS].sort(
  (a, b) => clauseNumber(a) - clauseNumber(b),
);

function clauseNumber({ clause }: Check): number {
  return Number(clause.slice(1));
}
