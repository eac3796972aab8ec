import type { Evidence, Finding, SkipCause } from '../../check.ts';

/** A finding of a check: its verdict is one line. */
type MakeFinding = (verdict: string, evidence?: Evidence, fix?: string) => Finding;

const make =
  (status: Finding['status'], cause?: SkipCause): MakeFinding =>
  (verdict, evidence, fix) => ({
    status,
    ...(cause !== undefined && { cause }),
    verdict: oneLine(verdict),
    ...(evidence !== undefined && { evidence }),
    ...(fix !== undefined && { fix }),
  });

/** It is as the contract wants it. */
export const pass = make('pass');
/** There is positive evidence that it is not. */
export const fail = make('fail');
/** It ran without a clear result. */
export const unknown = make('unknown');
/** This engine or machine cannot show it: the reason, and how to give the check what it needs. */
export const skipped = make('skipped', 'not possible here');
/** Nothing in this container or job can break the clause. */
export const notApplicable = make('skipped', 'does not apply');
/** It builds on a job that succeeds, and this one did not. */
export const withoutSuccess = make('skipped', 'no successful run');

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
