import type { Severity } from '../check.ts';
import type { CheckResult, ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';

const LEVELS: Readonly<Record<Severity, string>> = { must: 'error', should: 'warning', advice: 'note' };
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * The report as SARIF 2.1.0, for code scanning. An image has no lines: results point to the first line of `Dockerfile`,
 * since GitHub shows none without a file. Accepted findings are suppressed ones.
 */
export function sarifReport(report: ValidationReport): string {
  const { checks, optml } = report;
  const failed = checks.filter(({ status }) => status === 'fail');
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'optml validate', semanticVersion: optml, rules: checks.map(ruleOf) } },
        automationDetails: { id: `optml-validate/${report.subject.name}/` },
        invocations: [{ executionSuccessful: true, startTimeUtc: report.startedAt }],
        results: failed.map((result) => resultOf(result, report)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ id, clause, severity, title, why, fix }: CheckResult) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${fix}` },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { clause, severity, tags: ['sagemaker', clause] },
  };
}

function resultOf(result: CheckResult, report: ValidationReport) {
  const { id, severity, verdict, evidence, fix, accepted } = result;
  const { subject } = report;
  const text = [verdict, ...evidenceLines(evidence), `Fix: ${fix}`].join('\n');
  return {
    ruleId: id,
    ruleIndex: report.checks.indexOf(result),
    level: LEVELS[severity],
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: subject.name, kind: subject.kind }],
      },
    ],
    partialFingerprints: { 'optmlCheck/v1': `${id}:${subject.name}` },
    ...(accepted !== undefined && { suppressions: [{ kind: 'external', justification: accepted }] }),
  };
}
