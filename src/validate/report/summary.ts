import { durationText } from '../../report/format.ts';
import { sizeText } from '../checks/image/image-size.ts';
import type { CheckResult, ValidationReport } from '../validation-report.ts';

/** "38 passed, 1 failed, 2 cannot be told, 4 skipped in 48 s" */
export function countsText({ counts, seconds }: ValidationReport): string {
  const { pass, fail, accepted, unknown, skipped } = counts;
  const parts = [
    `${pass} passed`,
    `${fail} failed`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(unknown > 0 ? [`${unknown} cannot be told`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${parts.join(', ')} in ${durationText(seconds)}`;
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
