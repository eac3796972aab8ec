// The report pages of `optml run` and `optml validate` in a real browser.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { writeReport } from '../../src/report/write-report.ts';
import { htmlReport } from '../../src/validate/report/html-report.ts';
import type { CheckResult, ValidationReport } from '../../src/validate/validation-report.ts';
import { temporaryFolder } from '../support/job.ts';
import { CREATED, endedRecord, jobRequest } from '../support/records.ts';
import { checkPage, openBrowser, SCHEMES, skip } from './support/browser.ts';

// The text of the light page.
const PRINTED = 'rgb(27, 33, 40)';
const NAME = 'SAGEMAKER_CONTAINER_LOG_LEVEL';
const HOSTS = Array.from({ length: 11 }, (_, index) => `algo-${index + 1}`);

const CHECK: CheckResult = {
  id: 'stop-in-time-with-a-long-name',
  clause: 'C57',
  severity: 'must',
  title: 'ends within 120 s after SIGTERM',
  status: 'fail',
  verdict: 'the program ignores SIGTERM',
  evidence: { command: ['docker', 'stop'], log: 'x'.repeat(300) },
  why: 'SageMaker kills it then',
  fix: 'Listen for SIGTERM.',
  seconds: 1,
};

const VALIDATION: ValidationReport = {
  version: 1,
  optml: '0.1.0',
  subject: { kind: 'image', name: `registry.example.com/${'team/'.repeat(12)}image:latest`, engine: 'docker' },
  startedAt: '2026-12-01T03:00:00.000Z',
  seconds: 1,
  verdict: 'fail',
  counts: { pass: 1, fail: 1, unknown: 0, skipped: 0, accepted: 0 },
  notes: ['a note'],
  checks: [CHECK, { ...CHECK, id: 'config-minimal', status: 'pass', severity: 'should' }],
};

async function jobReport(dir: string): Promise<string> {
  mkdirSync(join(dir, 'logs'));
  for (const host of HOSTS) writeFileSync(join(dir, 'logs', `${host}.log`), 'line\n'.repeat(100));
  const points = HOSTS.toReversed().flatMap((host) =>
    [1, 2, 3].map((step) => ({
      name: 'validation:a_rather_long_metric_name',
      host,
      time: CREATED + 4000 + step * 1000,
      value: step,
    })),
  );
  writeFileSync(join(dir, 'metrics.jsonl'), points.map((point) => `${JSON.stringify(point)}\n`).join(''));
  const request = jobRequest('job', {
    Environment: { [NAME]: '20' },
    HyperParameters: { epochs: '3' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://bucket/${'long/'.repeat(20)}` } },
      },
    ],
    ResourceConfig: { InstanceType: 'local', InstanceCount: 11 },
  });
  return pathToFileURL(await writeReport(dir, endedRecord('job', { request, hosts: HOSTS.toReversed() }))).href;
}

test('the report of a job is accessible, fits small windows, and keeps names and the order of hosts', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const url = await jobReport(temporaryFolder(t));
  const browser = await openBrowser(t);
  for (const colorScheme of SCHEMES) {
    const page = await browser.page({ colorScheme, bypassCSP: true });
    await page.goto(url);
    await checkPage(page, 'report', colorScheme);
    const name = page.getByRole('rowheader', { name: NAME });
    assert.ok(((await name.boundingBox())?.height ?? 99) < 45, 'the name is in one line');
    assert.deepEqual(await page.locator('#hosts tbody th').allTextContents(), HOSTS);
    assert.deepEqual(await page.locator('summary').allTextContents(), HOSTS);
    assert.deepEqual((await page.locator('.legend li').allTextContents()).slice(0, 3), ['algo-1', 'algo-2', 'algo-3']);
  }
});

test('on paper a report is light, and shows parts that are closed', { skip, timeout: 60_000 }, async (t) => {
  const url = await jobReport(temporaryFolder(t));
  const browser = await openBrowser(t);
  const page = await browser.page({ colorScheme: 'dark' });
  await page.goto(url);
  const log = page.getByRole('region', { name: 'Log of algo-2', includeHidden: true });
  assert.equal(await log.isVisible(), false);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await log.isVisible(), true);
  assert.equal(await page.evaluate('getComputedStyle(document.body).color'), PRINTED);
});

test('the report of a validation is accessible, and shows its verdicts in small windows', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const file = join(temporaryFolder(t), 'report.html');
  writeFileSync(file, htmlReport(VALIDATION));
  const browser = await openBrowser(t);
  for (const colorScheme of SCHEMES) {
    const page = await browser.page({ colorScheme, bypassCSP: true });
    await page.goto(pathToFileURL(file).href);
    await checkPage(page, 'validation', colorScheme);
    await page.setViewportSize({ width: 500, height: 800 });
    const verdict = await page.getByRole('cell', { name: 'the program ignores SIGTERM' }).last().boundingBox();
    assert.ok(verdict !== null && verdict.x + verdict.width <= 500 && verdict.width > 300, JSON.stringify(verdict));
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.evaluate('getComputedStyle(document.body).color'), PRINTED, `${colorScheme} on paper`);
  }
});
