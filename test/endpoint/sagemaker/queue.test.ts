// Jobs that wait for their turn.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { sleep } from '../../../src/concurrency/clock.ts';
import { queueDir } from '../../../src/endpoint/jobs/queue.ts';
import { sleepersDir } from '../../../src/jobs/sleeping-owner.ts';
import { jobRequest, putSource, untilEnded, untilOutput } from '../../support/endpoint-jobs.ts';
import { temporaryFolder } from '../../support/job.ts';
import { type JobsEndpoint, startJobsEndpoint } from '../../support/jobs-endpoint.ts';

const FOREVER = 'echo begun; while :; do sleep 0.1; done';

async function create(endpoint: JobsEndpoint, names: readonly string[], source: Record<string, string>): Promise<void> {
  for (const name of names) await endpoint.client.send(new CreateTrainingJobCommand(jobRequest(name, source)));
}

/** Resolves once nothing is left of jobs that have ended. */
async function untilEmpty(dir: string): Promise<void> {
  while (existsSync(dir) && readdirSync(dir).length > 0) await sleep(20);
}

test('jobs run in the order in which they were created, one at a time', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  const file = join(temporaryFolder(t), 'order');
  const script = `echo "+$TRAINING_JOB_NAME" >> ${file}; sleep 0.1; echo "-$TRAINING_JOB_NAME" >> ${file}`;
  const names = ['z-first', 'c', 'a', 'b', 'x-last'];
  await create(endpoint, names, await putSource(endpoint, 'train.sh', script));
  assert.equal(readdirSync(sleepersDir(endpoint.jobs.store.jobsDir)).length > 0, true, 'some sleep');
  for (const name of names) {
    const { TrainingJobStatus: status, FailureReason: reason } = await untilEnded(endpoint, name);
    assert.equal(status, 'Completed', reason);
  }
  assert.deepEqual(
    readFileSync(file, 'utf8').trim().split('\n'),
    names.flatMap((name) => [`+${name}`, `-${name}`]),
  );
  await untilEmpty(queueDir(endpoint.jobs.store.jobsDir));
  await untilEmpty(sleepersDir(endpoint.jobs.store.jobsDir));
});

test('a job that waits is Pending, is not billed for it, and can be stopped', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  const source = await putSource(endpoint, 'train.sh', FOREVER);
  await create(endpoint, ['runs', 'waits', 'sleeps'], source);
  await untilOutput(endpoint, 'runs', /begun/);
  for (const TrainingJobName of ['waits', 'sleeps']) {
    const described = await endpoint.client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    assert.equal(described.TrainingJobStatus, 'InProgress');
    assert.equal(described.SecondaryStatus, 'Pending');
    assert.equal(
      described.SecondaryStatusTransitions?.[0]?.StatusMessage,
      'Waiting for other jobs of this machine to end',
    );
    // As "optml stop" does.
    endpoint.jobs.store.requestStop(TrainingJobName);
    const stopped = await untilEnded(endpoint, TrainingJobName);
    assert.equal(stopped.TrainingJobStatus, 'Stopped');
    assert.equal(stopped.BillableTimeInSeconds, undefined);
    assert.equal(existsSync(join(endpoint.jobs.store.folderOf(TrainingJobName), 'logs', 'algo-1.log')), false);
  }
  assert.equal(endpoint.jobs.store.read('runs').TrainingJobStatus, 'InProgress');
});

test('the kill of a job fails it, and the next one has its turn', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  await create(endpoint, ['killed'], await putSource(endpoint, 'train.sh', FOREVER));
  await create(endpoint, ['waits', 'sleeps'], await putSource(endpoint, 'quick.sh', 'true'));
  await untilOutput(endpoint, 'killed', /begun/);
  process.kill(endpoint.jobs.store.read('killed').runner.pid, 'SIGKILL');
  const killed = await untilEnded(endpoint, 'killed');
  assert.equal(killed.TrainingJobStatus, 'Failed');
  assert.equal(killed.FailureReason, 'InternalServerError: optml was killed while the job ran');
  for (const name of ['waits', 'sleeps'])
    assert.equal((await untilEnded(endpoint, name)).TrainingJobStatus, 'Completed');
});

test('the kill of the process that waits next wakes another one', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  const source = await putSource(endpoint, 'train.sh', 'echo begun; sleep 1');
  await create(endpoint, ['runs', 'killed', 'sleeps'], source);
  await untilOutput(endpoint, 'runs', /begun/);
  process.kill(endpoint.jobs.store.read('killed').runner.pid, 'SIGKILL');
  assert.equal((await untilEnded(endpoint, 'killed')).TrainingJobStatus, 'Failed');
  assert.equal((await untilEnded(endpoint, 'sleeps')).TrainingJobStatus, 'Completed');
});

test('the credentials for a job whose sleeping process is killed do not stay', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  await create(endpoint, ['runs', 'waits', 'killed'], await putSource(endpoint, 'train.sh', FOREVER));
  const order = join(endpoint.jobs.store.folderOf('killed'), 'order.json');
  assert.equal(existsSync(order), true, 'the process sleeps');
  process.kill(endpoint.jobs.store.read('killed').runner.pid, 'SIGKILL');
  assert.equal((await untilEnded(endpoint, 'killed')).TrainingJobStatus, 'Failed');
  assert.equal(existsSync(order), false);
});

test('of very many requests at the same time some are throttled, and the endpoint answers others meanwhile', async (t) => {
  const endpoint = await startJobsEndpoint(t, { parallel: 1 });
  const source = await putSource(endpoint, 'train.sh', FOREVER);
  await create(endpoint, ['runs'], source);
  const answers = Array.from({ length: 250 }, (_, index) =>
    endpoint.send('SageMaker.CreateTrainingJob', JSON.stringify(jobRequest(`burst-${index}`, source))),
  );
  const described = endpoint.send('SageMaker.DescribeTrainingJob', JSON.stringify({ TrainingJobName: 'runs' }));
  assert.equal(
    await Promise.race([described.then(() => 'described'), Promise.all(answers).then(() => 'created')]),
    'described',
  );
  const types = (await Promise.all(answers)).map(({ status, body }) => (status === 200 ? 'created' : body['__type']));
  assert.deepEqual(new Set(types), new Set(['created', 'ThrottlingException']));
  const created = types.filter((type) => type === 'created').length;
  assert.equal(endpoint.jobs.live().length, created + 1);
});
