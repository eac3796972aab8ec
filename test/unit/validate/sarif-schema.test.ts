import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { sarifReport } from '../../../src/validate/report/sarif.ts';
import { ROOT } from '../../support/job.ts';
import { CLEAN, REPORT } from './sample-report.ts';

const FILE = join(ROOT, 'test/fixtures/schemas/sarif-2.1.0-rtm.5.json');
// Draft 4 of JSON Schema. What this schema uses of it means the same in draft 7, without these two members.
const { $schema: _schema, id: _id, ...schema } = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;

// The schema has keywords of its own, and a pattern that is none with the flag `u`.
const ajv = new Ajv({ allErrors: true, strictSchema: false, unicodeRegExp: false });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

/** Where a log breaks the schema. */
function problemsOf(log: unknown): readonly string[] {
  return isValid(log) ? [] : (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test('the SARIF report is valid by the schema of SARIF 2.1.0', () => {
  for (const report of [REPORT, CLEAN]) assert.deepEqual(problemsOf(JSON.parse(sarifReport(report))), []);
});

test('the schema finds what is wrong in a log', () => {
  const log = JSON.parse(sarifReport(REPORT));
  log.runs[0].results[0].level = 'fatal';
  log.runs[0].invocations[0].startTimeUtc = 'yesterday';
  log.runs[0].more = true;
  assert.deepEqual(problemsOf(log), [
    '/runs/0 must NOT have additional properties',
    '/runs/0/invocations/0/startTimeUtc must match format "date-time"',
    '/runs/0/results/0/level must be equal to one of the allowed values',
  ]);
});
