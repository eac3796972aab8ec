// The console of an endpoint in a real browser: accessibility, the keyboard, live logs, and what hostile jobs cannot do.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobRecord } from '../../src/jobs/record.ts';
import { moved } from '../../src/jobs/transitions.ts';
import { addJob, startConsole, type TestConsole } from '../support/console.ts';
import { CREATED, endedRecord, jobRequest, newRecord } from '../support/records.ts';
import { checkPage, openBrowser, SCHEMES, skip } from './support/browser.ts';

const EVIL = '</pre></script><script>window.ran = 1</script><img src=x onerror="window.ran = 2">"\'';
const LONG = 'mnist-classifier-2026-12-01-03-20-11-with-a-name-that-is-63-long';

const runningRecord = (name: string, members: Partial<JobRecord> = {}) =>
  moved(
    { ...newRecord(name, members), CreationTime: Date.now() / 1000 - 60 },
    'Training',
    undefined,
    Date.now() - 50_000,
  );

function addHostileJobs(console: TestConsole): void {
  const request = jobRequest('evil', {
    HyperParameters: { [EVIL]: EVIL, A_VERY_LONG_NAME_OF_A_HYPERPARAMETER_THAT_HAS_TO_BREAK_SOMEWHERE: '1' },
    AlgorithmSpecification: { TrainingImage: `registry.example.com/a/b/c/${EVIL}`, TrainingInputMode: 'File' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://bucket/${'long/'.repeat(20)}` } },
      },
    ],
  });
  const hosts = Array.from({ length: 11 }, (_, index) => `algo-${index + 1}`);
  const failed = { ...endedRecord('evil', { request, hosts, outputs: [`/out/${EVIL}`] }), FailureReason: EVIL };
  const log = `${EVIL}\n${'x'.repeat(3000)}\n`.repeat(20);
  const dir = addJob(console.store, failed, Object.fromEntries(hosts.map((host) => [host, log])));
  const points = [EVIL, 'loss'].flatMap((name) =>
    hosts
      .toReversed()
      .flatMap((host) => [0, 1, 2].map((step) => ({ name, host, time: CREATED + 4000 + step * 900, value: step }))),
  );
  writeFileSync(join(dir, 'metrics.jsonl'), points.map((point) => `${JSON.stringify(point)}\n`).join(''));
  addJob(console.store, endedRecord(LONG.slice(0, 63), { request }));
}

test('pages have no accessibility violation and fit small windows, in light and dark', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const console = await startConsole(t);
  addHostileJobs(console);
  addJob(console.store, runningRecord('running'), { 'algo-1': 'epoch 1\n' });
  const browser = await openBrowser(t);
  const paths = [
    '',
    'jobs/evil',
    'jobs/running',
    'jobs/evil/logs/algo-1',
    'jobs/evil/report',
    'jobs/none',
    `jobs/${LONG.slice(0, 63)}`,
  ];
  for (const colorScheme of SCHEMES) {
    const page = await browser.page({ colorScheme, bypassCSP: true });
    await page.goto(console.consoleUrl);
    for (const path of paths) {
      await page.goto(`${console.url}/_optml/${path}`);
      await checkPage(page, `/_optml/${path}`, colorScheme);
    }
    await page.context().close();
  }
});

test('hostile names, values and lines run nothing, and the token stays in no URL', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const console = await startConsole(t);
  addHostileJobs(console);
  addJob(console.store, runningRecord('running'), { 'algo-1': `${EVIL}\n` });
  const browser = await openBrowser(t);
  const page = await browser.page();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
  page.on('dialog', () => assert.fail('a dialog'));
  await page.goto(console.consoleUrl);
  assert.equal(page.url(), `${console.url}/_optml/`);
  for (const path of ['', 'jobs/evil', 'jobs/running', 'jobs/evil/logs/algo-1', 'jobs/evil/report']) {
    await page.goto(`${console.url}/_optml/${path}`);
    assert.equal(await page.evaluate('window.ran'), undefined, path);
  }
  // Even what would be markup does not run.
  await page.goto(`${console.url}/_optml/`);
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(EVIL)})`);
  await page.evaluate(
    "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 3' }))",
  );
  assert.equal(await page.evaluate('window.ran'), undefined);
  const token = console.consoleUrl.split('=').at(-1) ?? '';
  assert.deepEqual(
    sent.slice(1).filter((line) => line.includes(token)),
    [],
  );
  assert.ok(
    sent.every((line) => line.startsWith(console.url) || line.startsWith('data:')),
    sent.join('\n'),
  );
  assert.equal(await page.evaluate('document.cookie'), '');
});

test('a live log grows, and the page shows the end of the job, without a reload', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const console = await startConsole(t);
  const dir = addJob(console.store, runningRecord('job'), { 'algo-1': 'epoch 1\n' });
  const browser = await openBrowser(t);
  const page = await browser.page();
  await page.goto(console.consoleUrl);
  await page.goto(`${console.url}/_optml/jobs/job`);
  await page.evaluate('window.same = true');
  const log = page.getByRole('region', { name: 'Log of algo-1' });
  appendFileSync(join(dir, 'logs/algo-1.log'), `epoch 2 ${EVIL}\n 10 %\r 20 %\r`);
  await log.getByText('epoch 2').waitFor();
  await log.getByText('20 %').waitFor();
  assert.equal(await page.evaluate('window.ran'), undefined);
  appendFileSync(join(dir, 'logs/algo-1.log'), 'done\n');
  console.store.update('job', moved(console.store.read('job'), 'Completed', undefined, Date.now()));
  await page.locator('.badge', { hasText: 'Completed' }).waitFor();
  await log.getByText('done').waitFor();
  await page.locator('#live', { hasText: /^$/ }).waitFor({ state: 'attached' });
  assert.equal(await page.evaluate('window.same'), true);
  assert.match((await log.textContent()) ?? '', /^epoch 1\nepoch 2 .*\n.*done/);
});

test('a job is stopped with the keyboard alone, with a visible focus on the way', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const console = await startConsole(t);
  const dir = addJob(console.store, runningRecord('job'), { 'algo-1': 'epoch 1\n' });
  const browser = await openBrowser(t);
  // Also without the script.
  for (const javaScriptEnabled of [true, false]) {
    const page = await browser.page({ javaScriptEnabled });
    await page.goto(console.consoleUrl);
    await page.goto(`${console.url}/_optml/jobs/job`);
    const stops: string[] = [];
    for (let press = 0; press < 12 && stops.at(-1) !== 'Stop the job …'; press++) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      stops.push(((await focused.textContent()) ?? '').trim());
      assert.notEqual(
        await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
        'none',
        stops.at(-1),
      );
    }
    assert.deepEqual(stops, ['Skip to content', 'optml', 'Training jobs', 'Refresh', 'Report', 'Stop the job …']);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Stop now');
    if (javaScriptEnabled) {
      await page.context().close();
      continue;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(`${console.url}/_optml/jobs/job`);
    await page.locator('.badge.Stopping').waitFor();
    assert.ok(existsSync(join(dir, 'stop')));
  }
});

test('an open page shows that the endpoint has ended', { skip, timeout: 60_000 }, async (t) => {
  const console = await startConsole(t);
  mkdirSync(console.store.jobsDir, { recursive: true });
  const browser = await openBrowser(t);
  const page = await browser.page();
  await page.goto(console.consoleUrl);
  await console.close();
  await page.locator('#live', { hasText: 'does not answer' }).waitFor();
});
