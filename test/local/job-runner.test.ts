// Jobs through the runner of this machine, in this process, on the engine `process`. `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TrainingJobDescription } from '../../src/jobs/describe/describe.ts';
import type { JobRunner } from '../../src/jobs/job-runner.ts';
import { type JobStore, openStore } from '../../src/jobs/job-store.ts';
import { fileLogSource } from '../../src/jobs/logs/file-log-source.ts';
import { hasEnded } from '../../src/jobs/status.ts';
import { localJobRunner } from '../../src/local/local-job-runner.ts';
import { prepareRequest } from '../../src/local/prepare-request.ts';
import type { TrainingJobRequest } from '../../src/request/request.ts';
import { temporaryFolder } from '../support/job.ts';
import { makeWorkplace, requestOf } from '../support/run-job-command.ts';

interface Setup {
  readonly dir: string;
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly events: string[];
  readonly requestFor: (name: string) => TrainingJobRequest;
}

/** A runner, and jobs whose program is this shell script. */
function setUp(t: TestContext, script: string, dir = temporaryFolder(t)): Setup {
  mkdirSync(join(dir, 'project'), { recursive: true });
  writeFileSync(join(dir, 'project', 'train.sh'), `ml=$SAGEMAKER_BASE_DIR\n${script}\n`);
  chmodSync(join(dir, 'project', 'train.sh'), 0o755);
  const variables = { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: join(dir, 'home'), AWS_REGION: 'eu-west-1' };
  const events: string[] = [];
  return {
    dir,
    store: openStore(variables),
    runner: localJobRunner({
      variables,
      engine: 'process',
      pollMs: 5,
      onEvent: (name, event) => {
        events.push(event.type === 'status' ? `${name}: ${event.secondaryStatus}` : `${name}: ${event.type}`);
      },
    }),
    events,
    requestFor: (name) =>
      prepareRequest(requestOf({ TrainingJobName: name }), { where: 'request', baseDir: dir, isAsPlatform: false }),
  };
}

const statusOf = ({ TrainingJobStatus, SecondaryStatus }: TrainingJobDescription) => [
  TrainingJobStatus,
  SecondaryStatus,
];

test('a job is started, described, waited for, and cannot be stopped or started again afterwards', async (t) => {
  const { dir, runner, events, requestFor } = setUp(t, 'echo m > $ml/model/m; while [ ! -e $GO ]; do sleep 0.02; done');
  const go = join(dir, 'go');
  const request = { ...requestFor('Job'), Environment: { GO: go } };
  const TrainingJobArn = 'arn:aws:sagemaker:eu-west-1:000000000000:training-job/job';
  assert.deepEqual(await runner.start(request), { TrainingJobArn });
  const running = await runner.describe('Job');
  assert.deepEqual([running.TrainingJobArn, running.TrainingJobStatus], [TrainingJobArn, 'InProgress']);
  await assert.rejects(runner.start(request), { code: 'JOB_NAME_IN_USE', message: /is running/ });
  const waiting = runner.wait('Job');
  writeFileSync(go, '');
  const ended = await waiting;
  assert.deepEqual(statusOf(ended), ['Completed', 'Completed']);
  assert.deepEqual(ended.ModelArtifacts, { S3ModelArtifacts: join(dir, 'out', 'Job', 'output', 'model.tar.gz') });
  assert.deepEqual(await runner.describe('Job'), ended);
  assert.ok(events.includes('Job: Completed'));
  await assert.rejects(runner.stop('Job'), { code: 'JOB_HAS_ENDED' });
  await assert.rejects(runner.start(request), { code: 'JOB_NAME_IN_USE', message: 'a job named "Job" exists already' });
});

test('a job of this process is stopped, and its artifacts are kept', async (t) => {
  const { runner, requestFor } = setUp(
    t,
    "trap 'echo m > $ml/model/m; exit 0' TERM; echo up; while :; do sleep 0.02; done",
  );
  await runner.start(requestFor('job'));
  while (!(await runner.describe('job')).SecondaryStatusTransitions.some(({ Status }) => Status === 'Training')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await runner.stop('job');
  const ended = await runner.wait('job');
  assert.deepEqual(statusOf(ended), ['Stopped', 'Stopped']);
});

test('a job of another process is described, stopped and waited for', async (t) => {
  const workplace = makeWorkplace(t);
  const { runner } = setUp(t, "trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done", workplace.dir);
  const run = workplace.start();
  await run.seen('up\n');
  assert.equal((await runner.describe('job')).TrainingJobStatus, 'InProgress');
  await runner.stop('job');
  assert.deepEqual(statusOf(await runner.wait('job')), ['Stopped', 'Stopped']);
  assert.equal((await run.ended).code, 3);
});

test('the end of a wait does not end the job, and what is not there is an error', async (t) => {
  const { dir, runner, requestFor } = setUp(t, 'while [ ! -e $GO ]; do sleep 0.02; done');
  for (const call of [runner.describe, runner.stop, runner.wait]) {
    await assert.rejects(async () => call('none'), { code: 'JOB_NOT_FOUND' });
  }
  await runner.start({ ...requestFor('job'), Environment: { GO: join(dir, 'go') } });
  await assert.rejects(runner.wait('job', AbortSignal.abort(new Error('enough'))), { message: 'enough' });
  writeFileSync(join(dir, 'go'), '');
  assert.equal((await runner.wait('job')).TrainingJobStatus, 'Completed');
});

test('a reader that sees the final status of a job then reads its last line, in each of many short jobs', async (t) => {
  const { runner, store, requestFor } = setUp(t, 'echo first; seq 1000; printf "last of $TRAINING_JOB_NAME"');
  const names = Array.from({ length: 40 }, (_, index) => `job-${index}`);
  const readAtEnd = async (name: string) => {
    await runner.start(requestFor(name));
    await runner.wait(name);
    const logs = fileLogSource(store.folderOf(name), { hasEnded: () => hasEnded(store.read(name).TrainingJobStatus) });
    let last = '';
    for (let page = await logs.read('algo-1'); page.parts.length > 0; page = await logs.read('algo-1', page.next)) {
      last = page.parts.map(({ lines }) => lines.toString()).join('');
    }
    return last;
  };
  for (let start = 0; start < names.length; start += 4) {
    const batch = names.slice(start, start + 4);
    assert.deepEqual(
      await Promise.all(batch.map(readAtEnd)),
      batch.map((name) => `last of ${name}`),
    );
  }
});
