// Jobs go on without their endpoint, and end with its orderly end.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CreateTrainingJobCommand, ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { liveTickets, queueDir } from '../../../src/endpoint/jobs/queue.ts';
import { type JobStore, openStore } from '../../../src/jobs/job-store.ts';
import { jobRequest, putSource, untilEnded, untilOutput } from '../../support/endpoint-jobs.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { startS3, type TestS3 } from '../../support/s3.ts';

const COUNT = process.env['OPTML_TEST_LONG'] === '1' ? 50 : 5;
const PARALLEL = 2;
const PROGRAM = join(import.meta.dirname, 'programs', 'serve-jobs.ts');

interface Killable {
  readonly child: ChildProcess;
  readonly port: number;
}

/** What an endpoint is started with, again and again. */
interface Place {
  readonly home: string;
  readonly s3: TestS3;
}

async function serve(t: TestContext, { home, s3 }: Place, port: number, parallel: number): Promise<Killable> {
  const args = ['--conditions=optml-source', '--import', 'tsx', PROGRAM, home, `${s3.port}`, `${port}`, `${parallel}`];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, port: Number(new URL(String(line)).port) };
}

function clientOf(t: TestContext, port: number): SageMakerClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SageMakerClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  t.after(() => client.destroy());
  return client;
}

/** A home for jobs. What a test that fails leaves of them is ended: they go on without their endpoint. */
function makeHome(t: TestContext): { readonly home: string; readonly store: JobStore } {
  let store: JobStore | undefined;
  // Before the hook that removes the folder.
  t.after(() => {
    if (store === undefined) return;
    for (const { owner } of liveTickets(queueDir(store.jobsDir))) process.kill(owner.pid, 'SIGKILL');
  });
  const home = join(temporaryFolder(t), 'home');
  store = openStore({ OPTML_HOME: home });
  return { home, store };
}

async function end({ child }: Killable, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

test(`jobs survive ${COUNT} kills of their endpoint, and each next one follows them`, async (t) => {
  const s3 = await startS3(t);
  const { home, store } = makeHome(t);
  const place = { s3, home };
  const marker = join(place.home, 'go');
  const script = `echo begun; while ! [ -e ${marker} ]; do sleep 0.1; done; echo done > "$SM_MODEL_DIR/m"`;
  const source = await putSource({ s3 }, 'train.sh', script);
  const names = Array.from({ length: COUNT }, (_, index) => `survivor-${String(index).padStart(2, '0')}`);
  let port = 0;
  for (const [index, name] of names.entries()) {
    // The first ones run, one waits awake, and the others sleep.
    const endpoint = await serve(t, place, port, PARALLEL);
    port = endpoint.port;
    const client = clientOf(t, port);
    await client.send(new CreateTrainingJobCommand(jobRequest(name, source)));
    const { TrainingJobSummaries: listed = [] } = await client.send(new ListTrainingJobsCommand({ MaxResults: 100 }));
    assert.equal(listed.length, index + 1);
    // These need the endpoint for their source.
    if (index < PARALLEL) await untilOutput({ jobs: { store } }, name, /begun/);
    await end(endpoint, 'SIGKILL');
  }
  const reasons = names.map((name) => store.read(name).FailureReason).filter(Boolean);
  assert.deepEqual(reasons, []);

  const last = await serve(t, place, port, PARALLEL);
  const client = clientOf(t, port);
  writeFileSync(marker, '');
  for (const name of names) {
    const { TrainingJobStatus: status, FailureReason: reason } = await untilEnded({ client }, name);
    assert.equal(status, 'Completed', reason);
    assert.ok(await s3.get(`output/${name}/output/model.tar.gz`), name);
  }
  await end(last, 'SIGTERM');
});

test('the end of an endpoint stops its jobs, those that wait too', async (t) => {
  const s3 = await startS3(t);
  const { home, store } = makeHome(t);
  const place = { s3, home };
  const endpoint = await serve(t, place, 0, 1);
  const client = clientOf(t, endpoint.port);
  const source = await putSource(
    { s3 },
    'train.sh',
    'trap "echo saved > $SM_MODEL_DIR/saved; exit 0" TERM; echo begun; while :; do sleep 0.1; done',
  );
  const names = ['runs', 'waits', 'sleeps', 'sleeps-too'];
  for (const name of names) await client.send(new CreateTrainingJobCommand(jobRequest(name, source)));
  await untilOutput({ jobs: { store } }, 'runs', /begun/);
  await end(endpoint, 'SIGTERM');
  assert.deepEqual(
    names.map((name) => store.read(name).TrainingJobStatus),
    ['Stopped', 'Stopped', 'Stopped', 'Stopped'],
  );
  assert.ok(await s3.get('output/runs/output/model.tar.gz'));
  assert.equal(await s3.get('output/sleeps/output/model.tar.gz'), undefined);
});
