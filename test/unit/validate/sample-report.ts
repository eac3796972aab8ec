import type { CheckResult, ValidationReport } from '../../../src/validate/validation-report.ts';

const BASE = { title: 'What is asked', why: 'Why it matters.', fix: 'Do it.', evidence: {}, seconds: 0.5 };

/** Results of every kind; texts hold what each format has to escape. */
export const RESULTS: readonly CheckResult[] = [
  { ...BASE, id: 'passes', clause: 'C1', severity: 'must', status: 'pass', verdict: 'it is there' },
  {
    ...BASE,
    id: 'fails',
    clause: 'C2',
    severity: 'must',
    status: 'fail',
    verdict: 'it ends with <1> & "2"',
    evidence: {
      command: ['docker', 'run', 'a b'],
      exitCode: 3,
      log: 'one\n```\ntwo',
      files: ['/opt/ml/model/x'],
      notes: ['a|b'],
    },
  },
  { ...BASE, id: 'worries', clause: 'C5', severity: 'should', status: 'fail', verdict: 'it is *hidden*' },
  {
    ...BASE,
    id: 'known',
    clause: 'C6',
    severity: 'must',
    status: 'fail',
    verdict: 'it is for arm64',
    accepted: 'we know <that>',
  },
  { ...BASE, id: 'unclear', clause: 'C57', severity: 'should', status: 'unknown', verdict: 'it never stops' },
  { ...BASE, id: 'left-1', clause: 'C92', severity: 'must', status: 'skipped', verdict: 'give a job' },
  { ...BASE, id: 'left-2', clause: 'C92', severity: 'must', status: 'skipped', verdict: 'give a job' },
  { ...BASE, id: 'left-3', clause: 'C92', severity: 'advice', status: 'skipped', verdict: 'give a job' },
];

/** A report with results of every kind. */
export const REPORT: ValidationReport = {
  version: 1,
  optml: '0.1.0',
  subject: { kind: 'image', name: 'my/image:1', engine: 'docker', platform: 'linux/amd64', bytes: 123_400_000 },
  startedAt: '2026-11-26T18:00:00.000Z',
  seconds: 42,
  verdict: 'fail',
  counts: { pass: 1, fail: 2, accepted: 1, unknown: 1, skipped: 3 },
  notes: ['The image is for another machine'],
  checks: RESULTS,
};

/** The same where nothing was found. */
export const CLEAN: ValidationReport = {
  ...REPORT,
  verdict: 'pass',
  counts: { pass: 1, fail: 0, accepted: 0, unknown: 0, skipped: 0 },
  notes: [],
  checks: RESULTS.slice(0, 1),
};
