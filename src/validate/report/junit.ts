import { type CheckResult, isFinding, type Obstacle, type ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';
import { verdictText } from './summary.ts';

/**
 * The report as JUnit XML, for the test views of CI systems. Failures are the `must` findings, as for the exit code; the
 * others are in the output of their test. If nothing is validated, the test `validated` has an error.
 */
export function junitReport(report: ValidationReport): string {
  const { checks, subject, seconds, startedAt, obstacle } = report;
  const failures = checks.filter(isFailure).length;
  const skipped = checks.filter(isSkipped).length;
  const attributes = attributesOf({
    name: `optml validate ${subject.name}`,
    tests: checks.length + (obstacle === undefined ? 0 : 1),
    failures,
    errors: obstacle === undefined ? 0 : 1,
    skipped,
    time: seconds,
    timestamp: startedAt.slice(0, 19),
  });
  const cases = [...(obstacle === undefined ? [] : [obstacleCase(report, obstacle)]), ...checks.map(testCase)].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite${attributes}>\n${cases}</testsuite>\n</testsuites>\n`;
}

const isFailure = (result: CheckResult) => isFinding(result) && result.severity === 'must';
const isSkipped = (result: CheckResult) =>
  !isFinding(result) && (result.status !== 'pass' || result.accepted !== undefined);

function obstacleCase(report: ValidationReport, { evidence, fix }: Obstacle): string {
  const text = [...evidenceLines(evidence), `Fix: ${fix}`].join('\n');
  const error = `<error${attributesOf({ message: verdictText(report), type: 'not validated' })}>${escapeXml(text)}</error>`;
  return `<testcase${attributesOf({ classname: 'optml.validate', name: 'validated', time: 0 })}>${error}</testcase>\n`;
}

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
  if (status === 'unknown') return `<skipped${attributesOf({ message: `unknown: ${verdict}` })}/>`;
  if (status === 'skipped') return `<skipped${attributesOf({ message: verdict })}/>`;
  const head = status === 'fail' ? `Finding (${severity}): ` : '';
  return `<system-out>${escapeXml(`${head}${details(result)}`)}</system-out>`;
}

function details({ verdict, evidence, status, isUnproven, why, fix }: CheckResult): string {
  const advice = status === 'fail' || isUnproven ? [`Why: ${why}`, `Fix: ${fix}`] : [];
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
