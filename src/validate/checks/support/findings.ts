import type { Evidence, Finding } from '../../check.ts';

/** A finding of a check: its verdict is one line. */
type MakeFinding = (verdict: string, evidence?: Evidence, fix?: string) => Finding;

const make =
  (status: Finding['status']): MakeFinding =>
  (verdict, evidence, fix) => ({
    status,
    verdict: oneLine(verdict),
    ...(evidence !== undefined && { evidence }),
    ...(fix !== undefined && { fix }),
  });

/** It is as the contract wants it. */
export const pass = make('pass');
/** There is positive evidence that it is not. */
export const fail = make('fail');
/** It was asked, and cannot be told. */
export const unknown = make('unknown');
/** It was not asked: the reason, and how to give the check what it needs. */
export const skipped = make('skipped');

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
