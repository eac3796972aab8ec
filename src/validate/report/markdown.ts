import { clausePlace } from '../../contract/clauses/contract-sections.ts';
import { type CheckResult, findingsOf, isFinding, type ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';
import { byVerdict, countsText, subjectText, verdictText } from './summary.ts';

/** The report as Markdown, for pull requests and the summaries of CI systems. */
export function markdownReport(report: ValidationReport): string {
  const { subject, checks, notes } = report;
  const findings = findingsOf(report);
  const unknown = checks.filter((check) => check.status === 'unknown' && !isFinding(check));
  const accepted = checks.filter((check) => check.accepted !== undefined);
  const parts = [
    `## ${report.verdict === 'pass' ? '✅' : '❌'} optml validate: ${code(subject.name)}`,
    `${countsText(report)} (${subjectText(report)})`,
    obstacleText(report),
    ...findings.map(findingText),
    ...(unknown.length === 0 ? [] : [`**Unknown**\n\n${unknown.map(line).join('\n')}`]),
    ...(accepted.length === 0 ? [] : [`**Accepted**\n\n${accepted.map(acceptedLine).join('\n')}`]),
    details(
      'Passed',
      checks.filter(({ status }) => status === 'pass'),
      (results) => results.map(line),
    ),
    details(
      'Skipped',
      checks.filter((check) => check.status === 'skipped' && !isFinding(check)),
      skippedLines,
    ),
    ...notes.map((note) => `Note: ${plain(note)}`),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function obstacleText(report: ValidationReport): string {
  const { obstacle } = report;
  if (obstacle === undefined) return '';
  const lines = evidenceLines(obstacle.evidence);
  return [
    `### ${plain(verdictText(report))}`,
    ...(lines.length === 0 ? [] : [fenced(lines.join('\n'))]),
    `**Fix** ${plain(obstacle.fix)}`,
  ].join('\n\n');
}

function findingText({ id, clause, severity, verdict, evidence, why, fix }: CheckResult): string {
  const lines = evidenceLines(evidence);
  return [
    `### ${severity}: ${code(id)} (${clause}, ${code(clausePlace(clause))})`,
    plain(verdict),
    ...(lines.length === 0 ? [] : [fenced(lines.join('\n'))]),
    `**Why** ${plain(why)}`,
    `**Fix** ${plain(fix)}`,
  ].join('\n\n');
}

function line({ id, verdict }: CheckResult): string {
  return `- ${code(id)} ${plain(verdict)}`;
}

function acceptedLine({ id, verdict, accepted = '' }: CheckResult): string {
  return `- ${code(id)} ${plain(verdict)} (${plain(accepted)})`;
}

function skippedLines(results: readonly CheckResult[]): readonly string[] {
  return [...byVerdict(results)].map(
    ([verdict, group]) => `- ${group.map(({ id }) => code(id)).join(', ')}: ${plain(verdict)}`,
  );
}

function details(
  title: string,
  results: readonly CheckResult[],
  linesOf: (results: readonly CheckResult[]) => readonly string[],
): string {
  if (results.length === 0) return '';
  return `<details><summary>${title} (${results.length})</summary>\n\n${linesOf(results).join('\n')}\n\n</details>`;
}

// Text from elsewhere is text: no markup, no mention of people.
function plain(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|@~]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`))
    .replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ')}\``;
}

// The fence is longer than any within.
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
