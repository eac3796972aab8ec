// Whatever is in the job store, no command hangs, no job ends for it, and nothing outside the store is removed.
// `npm run build` first.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { indexFile } from '../../src/jobs/job-index.ts';
import { type JobStore, openStore } from '../../src/jobs/job-store.ts';
import { LogCursor } from '../../src/jobs/logs/cursor.ts';
import { tailLines } from '../../src/jobs/logs/tail-lines.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { cleanUpBeside } from '../../src/local/clean-up-killed.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';
import { endedRecord, newRecord } from '../support/records.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const GONE = { pid: process.pid, startTicks: '1' };
const makePipe = (file: string) => void execFileSync('mkfifo', [file]);

/** What is in the place of `file`, by its name in the title of a test. */
const NO_FILES: Readonly<Record<string, (file: string) => void>> = {
  'a named pipe': makePipe,
  'a folder': (file) => void mkdirSync(file),
  'a link to a device without an end': (file) => symlinkSync('/dev/zero', file),
  'a link to itself': (file) => symlinkSync(file, file),
};

function setUp(t: TestContext) {
  const workplace = makeWorkplace(t, 'sleep 2; echo done');
  const store = openStore({ OPTML_HOME: workplace.home });
  return { ...workplace, store, jobs: () => workplace.optml(['jobs']) };
}

/** Puts a job whose runner was killed into the store. */
function putKilled(store: JobStore, name: string, members: Partial<JobRecord> = {}): string {
  return store.claim(name, () => newRecord(name, { runner: GONE, leftovers: ['process'], ...members })).dir;
}

for (const [title, put] of Object.entries(NO_FILES)) {
  test(`${title} in the place of index, record and stop file stops no command`, async (t) => {
    const { store, jobs, optml } = setUp(t);
    store.claim('other', (name) => endedRecord(name));
    mkdirSync(store.folderOf('odd'));
    put(join(store.folderOf('odd'), 'job.json'));
    put(indexFile(store.jobsDir));
    const { code, stdout, stderr } = await jobs();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^other /m);
    assert.ok(stderr.includes(store.folderOf('odd')));
    const described = await optml(['describe', 'odd']);
    assert.deepEqual([described.code, described.stderr.split(':')[0]], [1, 'UserError JOB_NOT_FOUND']);
    const { dir } = store.claim('running', (name) => newRecord(name));
    put(join(dir, 'stop'));
    assert.equal((await optml(['stop', 'running'])).code, 0);
  });

  test(`${title} in the place of logs and metrics is shown as nothing written`, async (t) => {
    const { store } = setUp(t);
    const { dir } = store.claim('job', (name) => endedRecord(name));
    mkdirSync(join(dir, 'logs'));
    for (const file of ['logs/algo-1.log', 'logs/algo-1.times', 'metrics.jsonl']) put(join(dir, file));
    assert.deepEqual(tailLines(dir, 'algo-1', 10), []);
    assert.deepEqual(new LogCursor(dir, 'algo-1').takeParts(), []);
    assert.match(readFileSync(await writeReport(dir, store.read('job')), 'utf8'), /It wrote nothing\./);
  });

  test(`${title} in the place of the logs of a killed job leaves it failed`, (t) => {
    const { store } = setUp(t);
    put(join(putKilled(store, 'logs'), 'logs'));
    const dir = putKilled(store, 'log');
    mkdirSync(join(dir, 'logs'));
    put(join(dir, 'logs', 'algo-1.log'));
    assert.deepEqual(
      store.list().map(({ TrainingJobName, TrainingJobStatus }) => [TrainingJobName, TrainingJobStatus]),
      [
        ['logs', 'Failed'],
        ['log', 'Failed'],
      ],
    );
  });
}

test('a wrong entry of the index and odd folders beside a running job do not end it', async (t) => {
  const { store, start, jobs, record } = setUp(t);
  store.claim('base', (name) => endedRecord(name));
  await waitFor('the index', () => {
    store.list();
    return existsSync(indexFile(store.jobsDir));
  });
  const index = JSON.parse(readFileSync(indexFile(store.jobsDir), 'utf8'));
  index.jobs.base.summary = null;
  writeFileSync(indexFile(store.jobsDir), JSON.stringify(index));
  const killed = putKilled(store, 'killed');
  mkdirSync(join(killed, 'logs'));
  for (const file of ['logs/algo-1.log', 'metrics.jsonl']) makePipe(join(killed, file));
  const { ended } = start();
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Warning|\n {4}at /);
  assert.equal(record().TrainingJobStatus, 'Completed');
  assert.ok(existsSync(join(killed, 'report.html')));
  assert.deepEqual(store.read('killed').leftovers, []);
  assert.equal((await jobs()).code, 0);
});

test('the clean-up stays in the folder of the listing, whatever name the record has', async (t) => {
  const { dir, store } = setUp(t);
  const victim = join(dir, 'victim');
  mkdirSync(join(victim, 'hosts'), { recursive: true });
  const killed = putKilled(store, 'killed', { TrainingJobName: '../../victim' });
  assert.ok(existsSync(killed));
  writeFileSync(
    join(victim, 'job.json'),
    JSON.stringify(newRecord('../../victim', { runner: GONE, leftovers: ['process'] })),
  );
  const warnings: string[] = [];
  await cleanUpBeside(Promise.resolve(), store, { variables: {}, warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.ok(existsSync(join(victim, 'hosts')));
  assert.deepEqual(store.list(), []);
  assert.throws(() => store.read('killed'), { code: 'JOB_NOT_FOUND', where: join(killed, 'job.json') });
});

test('an error of the clean-up becomes one warning', async (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const warnings: string[] = [];
  const broken = { ...store, reconcile: () => Promise.reject(new Error('the disk is gone')) };
  const running = Promise.reject(new Error('the job failed'));
  await cleanUpBeside(running, broken, { variables: {}, warn: (message) => warnings.push(message) });
  await assert.rejects(running, /the job failed/);
  assert.deepEqual(warnings, ['Killed jobs could not be cleaned up; the next job tries again: the disk is gone']);
});

test('a folder without a record is no job, and is suggested for no name', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  mkdirSync(store.folderOf('f'), { recursive: true });
  for (const name of ['f', 'g']) {
    assert.throws(() => store.read(name), {
      message: `there is no job "${name}"`,
      fix: 'Run "optml jobs" to list the jobs.',
    });
  }
  store.claim('fa', (name) => endedRecord(name));
  assert.throws(() => store.read('f'), { fix: 'Did you mean "fa"?' });
});

test('the time of a killed job ends now at the latest', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const dir = putKilled(store, 'job');
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'logs', 'algo-1.log'), '');
  execFileSync('touch', ['-d', '@4000000000', join(dir, 'logs', 'algo-1.log')]);
  const { TrainingEndTime = 0 } = store.read('job');
  assert.ok(TrainingEndTime * 1000 <= Date.now());
});
