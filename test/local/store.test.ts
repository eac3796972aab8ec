// The store of jobs with real processes: claims at the same time, killed writers, runners that are gone.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OptmlError } from '../../src/errors/error.ts';
import { type JobSummary, summaryOf } from '../../src/jobs/describe/job-summary.ts';
import { indexFile } from '../../src/jobs/job-index.ts';
import { thisOwner } from '../../src/jobs/job-owner.ts';
import { type JobStore, KILLED_REASON, openStore } from '../../src/jobs/job-store.ts';
import { watchStop } from '../../src/jobs/watch-stop.ts';
import { bundleForNode } from '../support/bundle.ts';
import { temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';
import { endedRecord, newRecord } from '../support/records.ts';

/** A program that claims `name` as a job that runs, says what it got, and runs until its input is closed. */
const CLAIM = `
const [, bundle, home, name, record, isExact] = process.argv;
const { openStore } = require(bundle);
const [stat] = require('node:fs').readFileSync('/proc/self/stat', 'latin1').split(') ').slice(-1);
const runner = { pid: process.pid, startTicks: stat.split(' ')[19] };
try {
  const claimed = openStore({ OPTML_HOME: home }).claim(name, (TrainingJobName) => ({ ...JSON.parse(record), TrainingJobName, runner }), { isExact: isExact === 'exact' });
  console.log(claimed.name);
} catch (error) {
  console.log(error.code);
}
process.stdin.resume().on('end', () => process.exit(0));
`;

const UPDATE_FOREVER = `
const [, bundle, home, name] = process.argv;
const store = require(bundle).openStore({ OPTML_HOME: home });
const record = store.read(name);
console.log('ready');
for (let i = 0; ; i++) store.update(name, { ...record, FailureReason: 'x'.repeat((i * 7919) % 200000) });
`;

interface Setup {
  readonly home: string;
  readonly store: JobStore;
  readonly start: (program: string, ...args: readonly string[]) => ChildProcess;
}

async function setUp(t: TestContext): Promise<Setup> {
  const home = join(temporaryFolder(t), 'home');
  const bundle = await bundleForNode(t, 'src/jobs/job-store.ts');
  const start = (program: string, ...args: readonly string[]) => {
    const child = spawn(process.execPath, ['-e', program, '--', bundle, home, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  return { home, store: openStore({ OPTML_HOME: home }), start };
}

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  for await (const chunk of child.stdout) return String(chunk).trim();
  throw new Error('it said nothing');
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

test('of 20 processes that claim one name at the same time, one gets it', async (t) => {
  const { store, start } = await setUp(t);
  const record = JSON.stringify(newRecord('job'));
  const children = Array.from({ length: 20 }, () => start(CLAIM, 'job', record));
  const output = await Promise.all(children.map(firstLine));
  assert.deepEqual(output.sort(), [...Array<string>(19).fill('JOB_NAME_IN_USE'), 'job'].sort());
  assert.deepEqual(readdirSync(store.jobsDir), ['job']);
});

test('20 processes that claim the name of an ended job at the same time get 20 names', async (t) => {
  const { store, start } = await setUp(t);
  store.claim('job', (name) => endedRecord(name));
  const record = JSON.stringify(newRecord('job'));
  const children = Array.from({ length: 20 }, () => start(CLAIM, 'job', record));
  const output = await Promise.all(children.map(firstLine));
  const expected = Array.from({ length: 20 }, (_, index) => `job-${index + 2}`);
  assert.deepEqual(output.sort(), expected.sort());
  assert.equal(store.list().length, 21);
});

test('of 20 processes that claim one exact name at the same time, one gets it; once its job has ended, none', async (t) => {
  const { store, start } = await setUp(t);
  const record = JSON.stringify(newRecord('job'));
  const claimAll = async () => {
    const children = Array.from({ length: 20 }, () => start(CLAIM, 'job', record, 'exact'));
    return (await Promise.all(children.map(firstLine))).sort();
  };
  assert.deepEqual(await claimAll(), [...Array<string>(19).fill('JOB_NAME_IN_USE'), 'job']);
  store.update('job', endedRecord('job'));
  assert.deepEqual(await claimAll(), Array<string>(20).fill('JOB_NAME_IN_USE'));
  assert.deepEqual(readdirSync(store.jobsDir), ['job']);
});

test('an exact name is refused for any folder that has it, and the error says which', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const claim = (name: string) => store.claim(name, () => newRecord(name), { isExact: true });
  assert.deepEqual(claim('job'), { name: 'job', dir: store.folderOf('job') });
  assert.throws(() => claim('job'), { code: 'JOB_NAME_IN_USE', message: /^a job named "job" is running/ });
  store.update('job', endedRecord('job'));
  mkdirSync(store.folderOf('empty'));
  for (const name of ['job', 'empty']) {
    assert.throws(() => claim(name), {
      code: 'JOB_NAME_IN_USE',
      message: `a job named "${name}" exists already`,
      where: store.folderOf(name),
      fix: 'Give another name, or remove the folder of that job.',
    });
  }
  assert.throws(() => claim('../job'), { code: 'DEFECT', kind: 'toolkit' });
});

test('a name is free again once its job has ended, with a suffix, and the error names what to do before', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const { dir } = store.claim('job', (name) => newRecord(name));
  assert.equal(dir, store.folderOf('job'));
  assert.throws(() => store.claim('job', (name) => newRecord(name)), {
    code: 'JOB_NAME_IN_USE',
    message: `a job named "job" is running (process ${process.pid})`,
    fix: 'Give another name, or stop that job first: optml stop job.',
  });
  store.update('job', endedRecord('job'));
  const second = store.claim('job', (name) => newRecord(name));
  assert.deepEqual(second, { name: 'job-2', dir: store.folderOf('job-2'), renamedFrom: 'job' });
  assert.equal(store.read('job-2').TrainingJobName, 'job-2');
});

test('a record is whole at whatever moment its writer is killed', async (t) => {
  const { store, start } = await setUp(t);
  store.claim('job', (name) => endedRecord(name));
  for (let round = 0; round < 8; round++) {
    const child = start(UPDATE_FOREVER, 'job');
    await firstLine(child);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    await kill(child);
    assert.equal(store.read('job').TrainingJobStatus, 'Completed');
  }
});

test('a job whose runner was killed is shown and recorded as failed, and its leftovers are removed once', async (t) => {
  const { store, start } = await setUp(t);
  const child = start(CLAIM, 'job', JSON.stringify(newRecord('job', { leftovers: ['docker optml-job'] })));
  assert.equal(await firstLine(child), 'job');
  assert.equal(store.read('job').TrainingJobStatus, 'InProgress');
  const removed: string[] = [];
  const remove = async (record: { readonly leftovers: readonly string[] }, dir: string) => {
    removed.push(...record.leftovers, dir);
    return {};
  };
  await store.reconcile(remove);
  assert.deepEqual(removed, [], 'what runs is left alone');

  await kill(child);
  const record = store.read('job');
  assert.deepEqual(
    [record.TrainingJobStatus, record.SecondaryStatus, record.FailureReason],
    ['Failed', 'Failed', KILLED_REASON],
  );
  assert.equal(KILLED_REASON, 'InternalServerError: optml was killed while the job ran');
  assert.deepEqual(store.list(), [summaryOf(record)]);

  const error = new Error('the engine does not answer');
  assert.deepEqual(await store.reconcile(() => Promise.reject(error)), [{ dir: store.folderOf('job'), error }]);
  assert.deepEqual(await store.reconcile(remove), []);
  assert.deepEqual(await store.reconcile(remove), []);
  assert.deepEqual(removed, ['docker optml-job', store.folderOf('job')]);
  assert.equal(store.claim('job', (name) => newRecord(name)).name, 'job-2');
});

test('a killed job whose folder is gone once it is cleaned up keeps no other from being cleaned up', async (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const runner = { pid: process.pid, startTicks: '1' };
  for (const name of ['a', 'b', 'c']) store.claim(name, () => endedRecord(name, { runner, leftovers: ['process'] }));
  const failures = await store.reconcile(async ({ TrainingJobName: name }, dir) => {
    if (name === 'b') rmSync(dir, { recursive: true });
    return {};
  });
  assert.deepEqual(
    failures.map(({ dir, error }) => [dir, (error as OptmlError).code]),
    [[store.folderOf('b'), 'DISK_WRITE_FAILED']],
  );
  assert.deepEqual([store.read('a').leftovers, store.read('c').leftovers], [[], []]);
});

test('the clean-up of a killed job changes no record that another process has cleaned up meanwhile', async (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const killed = { pid: process.pid, startTicks: '1' };
  const model = { ModelArtifacts: { S3ModelArtifacts: '/out/model.tar.gz' } };
  for (const members of [{ leftovers: [] }, { runner: thisOwner() }]) {
    const name = `job-${Object.keys(members)[0]}`;
    store.claim(name, () => endedRecord(name, { runner: killed, leftovers: ['process'], undelivered: '/kept' }));
    await store.reconcile(async (record) => {
      store.update(name, { ...record, ...model, undelivered: undefined, ...members });
      return { undelivered: '/kept' };
    });
    const { undelivered, ModelArtifacts } = store.read(name);
    assert.deepEqual({ undelivered, ModelArtifacts }, { undelivered: undefined, ...model });
  }
});

test('a runner is recognized by more than its process id', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  store.claim('job', (name) => newRecord(name, { runner: { pid: process.pid, startTicks: '1' } }));
  assert.equal(store.read('job').TrainingJobStatus, 'Failed');
});

test('jobs are listed newest first; what is no job is left out, what a killed claim left is removed', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  assert.deepEqual(store.list(), []);
  for (const [index, name] of ['b', 'a', 'c'].entries())
    store.claim(name, () => endedRecord(name, { CreationTime: index }));
  mkdirSync(join(store.jobsDir, 'no-record'));
  mkdirSync(join(store.jobsDir, '.own-1-1-abcdef'));
  mkdirSync(join(store.jobsDir, 'damaged'));
  writeFileSync(join(store.jobsDir, 'damaged', 'job.json'), '{');
  for (const [index, content] of ['{}', 'null', '[]', '{"TrainingJobStatus":"InProgress"}'].entries()) {
    mkdirSync(join(store.jobsDir, `edited-${index}`));
    writeFileSync(join(store.jobsDir, `edited-${index}`, 'job.json'), content);
  }
  writeFileSync(join(store.jobsDir, 'a-file'), '');
  assert.deepEqual(
    store.list().map(({ TrainingJobName }) => TrainingJobName),
    ['c', 'a', 'b'],
  );
  assert.equal(store.claim('damaged', () => newRecord('damaged-2')).name, 'damaged-2');
  assert.ok(!readdirSync(store.jobsDir).includes('.own-1-1-abcdef'));
});

test('an unknown job is an error with the nearest name, and no path gets out of the store', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  store.claim('mnist', (name) => endedRecord(name));
  assert.throws(() => store.read('mnits'), {
    code: 'JOB_NOT_FOUND',
    message: 'there is no job "mnits"',
    fix: 'Did you mean "mnist"?',
  });
  assert.throws(() => store.read('../jobs/mnist'), { code: 'JOB_NOT_FOUND' });
});

test('numbers that JSON lacks survive in the record', (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const FinalMetricDataList = [Number.NaN, Number.NEGATIVE_INFINITY, 0.5].map((Value) => ({
    MetricName: 'loss',
    Value,
    Timestamp: 1.5,
  }));
  store.claim('job', (name) => endedRecord(name, { FinalMetricDataList }));
  assert.deepEqual(store.read('job').FinalMetricDataList, FinalMetricDataList);
});

test('a request to stop is found where the system sends no notifications', async (t) => {
  const dir = join(temporaryFolder(t), 'not-there-yet');
  // A folder that is absent cannot be watched.
  const told = new Promise<void>((resolve) => t.after(watchStop(dir, resolve, { pollMs: 5 })));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  mkdirSync(dir);
  writeFileSync(join(dir, 'stop'), '');
  // The watch keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  await told;
  clearInterval(alive);
});

test('the runner of a job gets one request to stop, also one from before', async (t) => {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const { dir } = store.claim('job', (name) => newRecord(name));
  let calls = 0;
  const told = new Promise<void>((resolve) => {
    const end = watchStop(dir, () => {
      calls++;
      resolve();
    });
    t.after(end);
  });
  store.requestStop('job');
  await told;
  store.requestStop('job');
  await new Promise<void>((resolve) => t.after(watchStop(dir, resolve)));
  assert.equal(calls, 1);
  const end = watchStop(dir, () => assert.fail('it was ended before'));
  end();
  await new Promise((resolve) => setImmediate(resolve));
});

/** A program that replaces the record of `name` and lists all jobs, `rounds` times, and says what it saw wrong. */
const UPDATE_AND_LIST = `
const [, bundle, home, name, rounds] = process.argv;
const { openStore } = require(bundle);
const store = openStore({ OPTML_HOME: home });
const record = store.read(name);
const wrong = [];
for (let i = 0; i < Number(rounds); i++) {
  const engine = String(i % 10);
  store.update(name, { ...record, engine });
  const seen = store.list().find(({ TrainingJobName }) => TrainingJobName === name);
  if (seen?.engine !== engine) wrong.push([i, seen?.engine]);
}
console.log(JSON.stringify(wrong));
`;

test('lists are right while several processes write records and the index, and some of them are killed', async (t) => {
  const { store, start } = await setUp(t);
  const names = Array.from({ length: 30 }, (_, index) => `job-${index}`);
  for (const name of names) store.claim(name, () => endedRecord(name));
  // Old enough for the index.
  await waitFor('the index', () => {
    store.list();
    return existsSync(indexFile(store.jobsDir));
  });
  const writers = names.slice(0, 4).map((name) => start(UPDATE_AND_LIST, name, '300'));
  const killed = names.slice(4, 8).map((name) => start(UPDATE_AND_LIST, name, '100000'));
  const outputs = Promise.all(writers.map(firstLine));
  for (const child of killed) {
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 100));
    await kill(child);
  }
  assert.deepEqual(await outputs, Array(4).fill('[]'));
  const summaries = names.map((name) => summaryOf(store.read(name)));
  const byName = (a: JobSummary, b: JobSummary) => (a.TrainingJobName < b.TrainingJobName ? -1 : 1);
  assert.deepEqual(store.list().toSorted(byName), summaries.toSorted(byName));
  store.claim('next', (name) => endedRecord(name));
  assert.deepEqual(
    readdirSync(store.jobsDir).filter((name) => name.startsWith('.')),
    [],
    'what killed processes left of an index is removed',
  );
});
