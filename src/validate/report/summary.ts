import { durationText } from '../../report/format.ts';
import type { SkipCause } from '../check.ts';
import { sizeText } from '../checks/image/image-size.ts';
import { type CheckResult, isFinding, type ValidationReport } from '../validation-report.ts';

/** "38 passed, 1 failed, 2 unknown, 4 skipped (3 do not apply, 1 not possible here) in 48 s" */
export function countsText({ counts, checks, seconds }: ValidationReport): string {
  const { pass, fail, accepted, unknown, skipped } = counts;
  const parts = [
    `${pass} passed`,
    `${fail} failed`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(skipped > 0 ? [`${skipped} skipped${causesText(checks)}`] : []),
  ];
  return `${parts.join(', ')} in ${durationText(seconds)}`;
}

const CAUSES: Readonly<Record<SkipCause, string>> = {
  'no successful run': 'as the job did not succeed',
  'not possible here': 'not possible here',
  'does not apply': 'do not apply',
  'left out': 'left out',
};

// Reports of earlier versions have no causes.
function causesText(checks: readonly CheckResult[]): string {
  const skipped = checks.filter((check) => !isFinding(check) && check.cause !== undefined);
  const parts = Object.entries(CAUSES).flatMap(([cause, text]) => {
    const count = skipped.filter((check) => check.cause === cause).length;
    return count === 0 ? [] : [`${count} ${text}`];
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What was found out, in a few words: the head of every report. */
export function verdictText({ verdict, obstacle }: ValidationReport): string {
  if (verdict === 'not validated') return `Not validated: ${obstacle?.reason ?? 'the reason is not known'}`;
  return verdict === 'pass' ? 'Passed' : 'Failed';
}

/** "docker, linux/amd64, 285.2 MB" */
export function subjectText({ subject }: ValidationReport): string {
  const { kind, engine, platform, bytes } = subject;
  return [
    kind,
    engine,
    ...(platform === undefined ? [] : [platform]),
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
  ].join(', ');
}

/** Results by their verdict, in the order of the first of each: many are skipped for one reason. */
export function byVerdict(results: readonly CheckResult[]): ReadonlyMap<string, readonly CheckResult[]> {
  const groups = new Map<string, CheckResult[]>();
  for (const result of results) {
    const group = groups.get(result.verdict);
    if (group === undefined) groups.set(result.verdict, [result]);
    else group.push(result);
  }
  return groups;
}
