import { clausePlace } from '../../contract/clauses/contract-sections.ts';
import type { Severity } from '../check.ts';
import { type CheckResult, isFinding, type Obstacle, type ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';
import { verdictText } from './summary.ts';

const LEVELS: Readonly<Record<Severity, string>> = { must: 'error', should: 'warning', advice: 'note' };
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/**
 * The report as SARIF 2.1.0, for code scanning. An image has no lines: results point to the first line of `Dockerfile`,
 * since GitHub shows none without a file. Accepted findings are suppressed ones. That nothing is validated is an error too.
 */
export function sarifReport(report: ValidationReport): string {
  const { checks, optml, obstacle } = report;
  const failed = checks.filter((check) => check.status === 'fail' || isFinding(check));
  const rules = [...checks.map(ruleOf), ...(obstacle === undefined ? [] : [NOT_VALIDATED])];
  const results = failed.map((result) => resultOf(result, report));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'optml validate', semanticVersion: optml, rules } },
        automationDetails: { id: `optml-validate/${report.subject.name}/` },
        invocations: [{ executionSuccessful: obstacle === undefined, startTimeUtc: report.startedAt }],
        results: [...(obstacle === undefined ? [] : [obstacleResult(report, obstacle)]), ...results],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const NOT_VALIDATED = {
  id: 'not-validated',
  shortDescription: { text: 'The container is validated' },
  fullDescription: { text: 'All checks of behaviour build on a job that succeeds.' },
  help: { text: 'Give a job that succeeds (--job job.json).' },
  defaultConfiguration: { level: 'error' },
  properties: { tags: ['sagemaker'] },
};

function obstacleResult(report: ValidationReport, { evidence, fix }: Obstacle) {
  return {
    ruleId: NOT_VALIDATED.id,
    ruleIndex: report.checks.length,
    level: 'error',
    message: { text: [verdictText(report), ...evidenceLines(evidence), `Fix: ${fix}`].join('\n') },
    locations: locationsOf(report),
    partialFingerprints: { 'optmlCheck/v1': `${NOT_VALIDATED.id}:${report.subject.name}` },
  };
}

function locationsOf({ subject }: ValidationReport) {
  return [
    {
      physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: subject.name, kind: subject.kind }],
    },
  ];
}

function ruleOf({ id, clause, severity, title, why, fix }: CheckResult) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${fix}\n\n${clause}: ${clausePlace(clause)}` },
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
    locations: locationsOf(report),
    partialFingerprints: { 'optmlCheck/v1': `${id}:${subject.name}` },
    ...(accepted !== undefined && { suppressions: [{ kind: 'external', justification: accepted }] }),
  };
}
