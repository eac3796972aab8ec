// The Estimator on this machine and at the local endpoint: the same options, the same results.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { startLocalEndpoint } from '../../src/endpoint/local-endpoint.ts';
import { Estimator, type EstimatorOptions, type JobUpdate, type SessionOptions } from '../../src/estimator/index.ts';
import { temporaryFolder } from '../support/job.ts';

const SCRIPT = `
import json, os, signal, sys, time
hps = json.loads(os.environ['SM_HPS'])
if hps.get('fail'):
    sys.exit('sour grapes')
if hps.get('wait'):
    print('waiting', flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True: time.sleep(0.05)
for epoch in range(hps['epochs']):
    print(f"loss={1 / (epoch + 1)};")
print('read', open(os.environ['SM_CHANNEL_TRAIN'] + '/a.txt').read().strip())
open(os.environ['SM_MODEL_DIR'] + '/model.json', 'w').write(json.dumps(hps))
`;

interface Place {
  readonly dir: string;
  readonly session: SessionOptions;
  readonly instanceType: string;
}

async function placeOf(t: TestContext, kind: 'local' | 'endpoint'): Promise<Place> {
  const ends: (() => Promise<void>)[] = [];
  // The first: the endpoint stops before its folder is removed.
  t.after(async () => {
    for (const end of ends) await end();
  });
  const dir = temporaryFolder(t);
  for (const name of ['src', 'data']) mkdirSync(join(dir, name));
  writeFileSync(join(dir, 'src', 'train.py'), SCRIPT);
  writeFileSync(join(dir, 'data', 'a.txt'), 'content');
  const { PATH } = process.env;
  const own = { PATH, HOME: dir, OPTML_HOME: join(dir, 'home'), AWS_EC2_METADATA_DISABLED: 'true' };
  if (kind === 'local') {
    return { dir, instanceType: 'local', session: { baseDir: dir, variables: own, local: { engine: 'process' } } };
  }
  const endpoint = await startLocalEndpoint({
    variables: own,
    jobs: { engine: 'process', stopGraceSeconds: 5 },
    log: { warn: () => undefined },
  });
  ends.push(() => endpoint.close());
  return { dir, instanceType: 'ml.m5.large', session: { baseDir: dir, variables: { ...own, ...endpoint.env } } };
}

function estimatorAt({ session, instanceType }: Place, hyperparameters: EstimatorOptions['hyperparameters']) {
  return new Estimator({
    imageUri: 'optml',
    role: 'Trainer',
    entryPoint: 'train.py',
    sourceDir: 'src',
    instanceType,
    hyperparameters,
    metricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
    session,
  });
}

for (const kind of ['local', 'endpoint'] as const) {
  test(`${kind}: a job trains, is followed, and gives its model and metrics`, async (t) => {
    const place = await placeOf(t, kind);
    const estimator = estimatorAt(place, { epochs: 2, name: 'sgd' });
    t.after(() => estimator.close());
    const updates: JobUpdate[] = [];
    const job = await estimator.fit({ train: './data' }, { logs: (update) => updates.push(update), jobName: 'first' });
    assert.equal(job, estimator.latestTrainingJob);
    const { TrainingJobStatus, RoleArn } = await job.describe();
    assert.equal(TrainingJobStatus, 'Completed');
    assert.match(RoleArn ?? '', /^arn:aws:iam::\d{12}:role\/Trainer$/);

    const lines = updates.flatMap((update) => (update.type === 'log' ? [update.line] : []));
    for (const line of ['loss=1.0;', 'loss=0.5;', 'read content']) {
      assert.equal(lines.filter((shown) => shown === line).length, 1, line);
    }
    const statuses = updates.flatMap((update) => (update.type === 'status' ? [update.secondaryStatus] : []));
    assert.equal(statuses.at(-1), 'Completed');
    assert.deepEqual(statuses, [...new Set(statuses)]);
    assert.deepEqual(updates.at(-1)?.type, 'end');

    assert.match(await estimator.modelData(), /\/first\/output\/model\.tar\.gz$/);
    const model = await estimator.downloadModel('model');
    assert.equal(model, join(place.dir, 'model'));
    assert.deepEqual(JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')), { epochs: 2, name: 'sgd' });
    const metrics = await estimator.trainingJobAnalytics();
    assert.deepEqual(
      metrics.map(({ metricName, value }) => [metricName, value]),
      [
        ['loss', 1],
        ['loss', 0.5],
      ],
    );

    const attached = await Estimator.attach('first', { session: place.session, instanceType: place.instanceType });
    t.after(() => attached.close());
    assert.deepEqual(attached.hyperparameters, { epochs: 2, name: 'sgd' });
    const seen: string[] = [];
    for await (const { line } of attached.latestTrainingJob.logs()) seen.push(line);
    assert.deepEqual(seen, lines);
    const again = await attached.fit({ train: './data' }, { logs: 'None', jobName: 'again' });
    assert.match(await again.modelData(), /\/again\/output\/model\.tar\.gz$/);
  });

  test(`${kind}: a failed job rejects with its reason, and a name is used once`, async (t) => {
    const estimator = estimatorAt(await placeOf(t, kind), { fail: true });
    t.after(() => estimator.close());
    const options = { logs: 'None', jobName: 'fails' } as const;
    await assert.rejects(estimator.fit({ train: './data' }, options), {
      code: 'JOB_FAILED',
      where: 'fails',
      message: /AlgorithmError.*sour grapes/s,
    });
    await assert.rejects(estimator.fit({ train: './data' }, options), { code: 'JOB_NAME_IN_USE' });
  });

  test(`${kind}: the error of a wrong request shows no secret, also to a program that does not catch it`, async (t) => {
    const estimator = estimatorAt(await placeOf(t, kind), { api_key: 'hunter2'.repeat(500) });
    t.after(() => estimator.close());
    await assert.rejects(estimator.fit({ train: './data' }), (error: Error) => {
      assert.match(error.message, /HyperParameters\.api_key: .*'\*{6}…'/);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /hunter2/);
      return true;
    });
  });

  test(`${kind}: an aborted signal ends the wait, and stop ends the job`, async (t) => {
    const estimator = estimatorAt(await placeOf(t, kind), { wait: true });
    t.after(() => estimator.close());
    const aborter = new AbortController();
    const logs = (update: JobUpdate) => {
      if (update.type === 'log' && update.line === 'waiting') aborter.abort(new Error('enough'));
    };
    await assert.rejects(estimator.fit({ train: './data' }, { logs, signal: aborter.signal }), { message: 'enough' });
    const job = estimator.latestTrainingJob;
    assert.equal((await job.describe()).TrainingJobStatus, 'InProgress');
    await assert.rejects(estimator.downloadModel('model'), { code: 'USAGE', message: /no model yet/ });
    await estimator.stop();
    assert.equal((await job.wait({ logs: 'None' })).TrainingJobStatus, 'Stopped');
    await assert.rejects(estimator.stop(), { code: 'JOB_HAS_ENDED' });
  });
}

test('endpoint: an isolated job gets its source as a channel', async (t) => {
  const place = await placeOf(t, 'endpoint');
  const { session, instanceType } = place;
  const estimator = new Estimator({
    imageUri: 'optml',
    role: 'Trainer',
    entryPoint: './src/train.py',
    instanceType,
    enableNetworkIsolation: true,
    hyperparameters: { epochs: 1 },
    session,
  });
  t.after(() => estimator.close());
  const job = await estimator.fit({ train: './data' }, { logs: 'None' });
  const { InputDataConfig: channels, RoleArn: role } = (await job.describe()) as unknown as {
    readonly InputDataConfig: readonly { readonly ChannelName: string }[];
    readonly RoleArn: string;
  };
  assert.deepEqual(
    channels.map(({ ChannelName }) => ChannelName),
    ['train', 'code'],
  );
  assert.match(role, /^arn:aws:iam::\d{12}:role\/Trainer$/);
});
