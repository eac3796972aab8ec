// `optml jobs`, `describe`, `logs` and `stop`, as built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type JobStore, openStore } from '../../src/jobs/job-store.ts';
import { openLogWriter } from '../../src/jobs/logs/writer.ts';
import { moved } from '../../src/jobs/transitions.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';
import { CREATED, endedRecord, jobRequest, newRecord } from '../support/records.ts';
import { type CommandResult, runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

interface Setup {
  readonly store: JobStore;
  readonly variables: NodeJS.ProcessEnv;
  readonly optml: (...command: readonly string[]) => Promise<CommandResult>;
}

function setUp(t: TestContext): Setup {
  const variables = { OPTML_HOME: temporaryFolder(t), TZ: 'Europe/Berlin' };
  return {
    store: openStore(variables),
    variables,
    optml: (...command) => runWords(t, [process.execPath, OPTML, ...command], { variables }),
  };
}

async function writeLog(store: JobStore, job: string, host: string, text: string): Promise<void> {
  const writer = openLogWriter(store.folderOf(job), host, { onError: (error) => assert.fail(error) });
  await writer.write(Buffer.from(text));
  await writer.close();
}

test('jobs lists them newest first, as a table and as ListTrainingJobs', async (t) => {
  const { store, optml } = setUp(t);
  assert.deepEqual(await optml('jobs'), { code: 0, stdout: 'No job has been run yet.\n', stderr: '' });
  store.claim('first', (name) => endedRecord(name));
  store.claim('second-job', (name) => ({
    ...endedRecord(name, { engine: 'docker' }),
    CreationTime: CREATED / 1000 + 9,
  }));
  const table = await optml('jobs');
  assert.equal(
    table.stdout,
    [
      'NAME        STATUS     CREATED              DURATION  ENGINE',
      'second-job  Completed  2026-01-02 04:04:14  52 s      docker',
      'first       Completed  2026-01-02 04:04:05  1 min 1 s  process',
      '',
    ]
      .join('\n')
      .replaceAll(/DURATION {2}|52 s {6}/g, (cell) => `${cell} `),
  );
  const {
    TrainingJobSummaries: [summary],
  } = JSON.parse((await optml('jobs', '--json')).stdout);
  assert.deepEqual(summary, {
    TrainingJobName: 'second-job',
    TrainingJobArn: 'arn:aws:sagemaker:local:000000000000:training-job/second-job',
    CreationTime: CREATED / 1000 + 9,
    TrainingEndTime: CREATED / 1000 + 61,
    LastModifiedTime: CREATED / 1000 + 61,
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
  });
});

test('describe --json is the answer of DescribeTrainingJob, with no member more', async (t) => {
  const { store, optml } = setUp(t);
  const request = jobRequest('job', {
    HyperParameters: { epochs: '3', api_token: 'hush' },
    Tags: [{ Key: 'a', Value: 'b' }],
    EnableManagedSpotTraining: true,
  });
  const FinalMetricDataList = [{ MetricName: 'loss', Value: Number.NaN, Timestamp: 1.5 }];
  store.claim('job', (name) => endedRecord(name, { request, FinalMetricDataList, leftovers: ['x'] }));
  const { stdout } = await optml('describe', 'job', '--json');
  const { SecondaryStatusTransitions, ...answer } = JSON.parse(stdout);
  assert.equal(SecondaryStatusTransitions.length, 5);
  assert.deepEqual(answer, {
    TrainingJobName: 'job',
    TrainingJobArn: 'arn:aws:sagemaker:local:000000000000:training-job/job',
    ModelArtifacts: { S3ModelArtifacts: '/data/out/job/output/model.tar.gz' },
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
    CreationTime: CREATED / 1000,
    TrainingStartTime: CREATED / 1000 + 1,
    TrainingEndTime: CREATED / 1000 + 61,
    LastModifiedTime: CREATED / 1000 + 61,
    FinalMetricDataList: [{ MetricName: 'loss', Value: 'NaN', Timestamp: 1.5 }],
    TrainingTimeInSeconds: 60,
    BillableTimeInSeconds: 60,
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: true,
    HyperParameters: { epochs: '3', api_token: 'hush' },
    AlgorithmSpecification: { TrainingImage: 'mnist:latest', TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: '/data/out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
  });
});

test('describe shows a job to people, secrets masked', async (t) => {
  const { store, optml } = setUp(t);
  const request = jobRequest('job', { HyperParameters: { epochs: '3', api_token: 'hush' } });
  store.claim('job', (name) => endedRecord(name, { request, outputs: ['/data/out/job/output/output.tar.gz'] }));
  const { stdout } = await optml('describe', 'job');
  assert.match(stdout, /^Name:\s+job\nStatus:\s+Completed \(Completed\)\n/);
  assert.match(stdout, /\nHyperparameters\n {2}epochs {5}3\n {2}api_token {2}\*{6}\n/);
  assert.match(stdout, /\nOutput:\s+\/data\/out\/job\/output\/output\.tar\.gz\n/);
});

test('an unknown job is an error with the nearest name', async (t) => {
  const { store, optml } = setUp(t);
  store.claim('mnist', (name) => endedRecord(name));
  for (const command of ['describe', 'logs', 'stop']) {
    assert.deepEqual(await optml(command, 'minst'), {
      code: 1,
      stdout: '',
      stderr: 'UserError JOB_NOT_FOUND: there is no job "minst"\nFix: Did you mean "mnist"?\n',
    });
  }
  assert.match((await optml('describe', 'else')).stderr, /Fix: Run "optml jobs" to list the jobs\.\n$/);
});

test('logs shows one host as it is, and several with their names', async (t) => {
  const { store, optml } = setUp(t);
  store.claim('one', (name) => endedRecord(name));
  await writeLog(store, 'one', 'algo-1', 'a\nb');
  assert.equal((await optml('logs', 'one')).stdout, 'a\nb');
  store.claim('two', (name) => endedRecord(name, { hosts: ['algo-1', 'algo-2'] }));
  await writeLog(store, 'two', 'algo-1', 'a\nb\n');
  await writeLog(store, 'two', 'algo-2', 'c');
  assert.equal((await optml('logs', 'two')).stdout, 'algo-1 | a\nalgo-1 | b\nalgo-2 | c\n');
  assert.equal((await optml('logs', 'two', '--host', 'algo-2')).stdout, 'c');
  assert.deepEqual(await optml('logs', 'two', '--host', 'algo-3'), {
    code: 2,
    stdout: '',
    stderr: 'UserError USAGE: optml logs: job two has no host "algo-3"\nFix: Did you mean "algo-1"?\n',
  });
});

test('logs --follow goes on until the job has ended, and shows all of it', async (t) => {
  const { store, variables } = setUp(t);
  const { dir } = store.claim('job', (name) => newRecord(name));
  const writer = openLogWriter(dir, 'algo-1', { onError: (error) => assert.fail(error) });
  void writer.write(Buffer.from('first\n'));
  const child = spawn(process.execPath, [OPTML, 'logs', 'job', '-f'], {
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await waitFor('the first line', () => shown === 'first\n');
  void writer.write(Buffer.from('last\n'));
  await writer.close();
  store.update('job', endedRecord('job'));
  assert.equal(await closed, 0);
  assert.equal(shown, 'first\nlast\n');
});

test('stop asks the process that runs the job, and --wait waits for its end', async (t) => {
  const { store, optml } = setUp(t);
  const { dir } = store.claim('job', (name) => newRecord(name));
  assert.deepEqual(await optml('stop', 'job'), { code: 0, stdout: 'job: stopping\n', stderr: '' });
  assert.ok(existsSync(join(dir, 'stop')));
  rmSync(join(dir, 'stop'));
  const waiting = optml('stop', 'job', '--wait');
  await waitFor('the request', () => existsSync(join(dir, 'stop')));
  store.update('job', moved(store.read('job'), 'Stopping'));
  store.update('job', moved(store.read('job'), 'MaxRuntimeExceeded'));
  assert.deepEqual(await waiting, { code: 0, stdout: 'job: Stopped (MaxRuntimeExceeded)\n', stderr: '' });
});

test('a job that has ended is not stopped, in the words of the platform', async (t) => {
  const { store, optml } = setUp(t);
  store.claim('job', (name) => endedRecord(name));
  assert.deepEqual(await optml('stop', 'job'), {
    code: 1,
    stdout: '',
    stderr: 'UserError JOB_HAS_ENDED: The request was rejected because the training job is in status Completed.\n',
  });
});

test('a job whose runner is gone is shown as failed by whichever command sees it first', async (t) => {
  const { store, optml } = setUp(t);
  const { dir } = store.claim('job', (name) => newRecord(name, { runner: { pid: 2 ** 22 + 1, startTicks: '5' } }));
  assert.match((await optml('jobs')).stdout, /^job +Failed +\d/m);
  assert.equal(
    JSON.parse(readFileSync(join(dir, 'job.json'), 'utf8')).FailureReason,
    'InternalServerError: optml was killed while the job ran',
  );
  assert.match((await optml('stop', 'job')).stderr, /is in status Failed\.\n$/);
});

test('each command has its help', async (t) => {
  const { optml } = setUp(t);
  for (const command of ['jobs', 'describe', 'logs', 'stop']) {
    const { code, stdout } = await optml(command, '--help');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^optml ${command} - .+\n\nUsage: optml ${command} `));
  }
});
