import type { CheckResult, ValidationReport } from '../validation-report.ts';
import { isFinding } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';

/**
 * The report as JUnit XML, for the test views of CI systems. Failures are the `must` findings, as for the exit code; the
 * others are told in their test's output.
 */
export function junitReport(report: ValidationReport): string {
  const { checks, subject, seconds, startedAt } = report;
  const failures = checks.filter(isFailure).length;
  const skipped = checks.filter(isSkipped).length;
  const attributes = attributesOf({
    name: `optml validate ${subject.name}`,
    tests: checks.length,
    failures,
    errors: 0,
    skipped,
    time: seconds,
    timestamp: startedAt.slice(0, 19),
  });
  const cases = checks.map(testCase).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite${attributes}>\n${cases}</testsuite>\n</testsuites>\n`;
}

const isFailure = (result: CheckResult) => isFinding(result) && result.severity === 'must';
const isSkipped = ({ status, accepted }: CheckResult) =>
  status === 'skipped' || status === 'unknown' || accepted !== undefined;

function testCase(result: CheckResult): string {
  const { id, clause, title, seconds } = result;
  const attributes = attributesOf({ classname: `optml.validate.${clause}`, name: `${id}: ${title}`, time: seconds });
  return `<testcase${attributes}>${outcome(result)}</testcase>\n`;
}

function outcome(result: CheckResult): string {
  const { verdict, status, severity, accepted } = result;
  if (isFailure(result))
    return `<failure${attributesOf({ message: verdict, type: severity })}>${escapeXml(details(result))}</failure>`;
  if (accepted !== undefined) return `<skipped${attributesOf({ message: `accepted (${accepted}): ${verdict}` })}/>`;
  if (status === 'unknown') return `<skipped${attributesOf({ message: `cannot be told: ${verdict}` })}/>`;
  if (status === 'skipped') return `<skipped${attributesOf({ message: verdict })}/>`;
  const head = status === 'fail' ? `Finding (${severity}): ` : '';
  return `<system-out>${escapeXml(`${head}${details(result)}`)}</system-out>`;
}

function details({ verdict, evidence, status, why, fix }: CheckResult): string {
  const advice = status === 'fail' ? [`Why: ${why}`, `Fix: ${fix}`] : [];
  return [verdict, ...evidenceLines(evidence), ...advice].join('\n');
}

function attributesOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 takes no other control characters, not even as entities, and no halves of surrogate pairs.
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
