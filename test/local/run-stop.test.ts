// Stopping a job of `optml run`: Ctrl-C, `optml stop`, time limits. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SeenRequest, startFakeFaults } from '../support/fake-s3-faults.ts';
import { processesWith, waitFor } from '../support/processes.ts';
import { byTrain, channel, makeWorkplace, statusesOf, type Workplace } from '../support/run-job-command.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const SAVES = 'trap "echo saved > $ml/model/m; exit 0" TERM; echo begun; sleep 60 & wait';
const STOPPED = ['Starting', 'Downloading', 'Training', 'Stopping', 'Uploading', 'Stopped'];
const DEAF = 'trap "" TERM INT; echo m > $ml/model/m; echo begun; while :; do sleep 0.2; done';

test('Ctrl-C once: the script gets SIGTERM and saves, the artifacts are kept, the job is Stopped with exit code 3', async (t) => {
  const workplace = makeWorkplace(t, SAVES);
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  const record = workplace.record();
  assert.equal(record.TrainingJobStatus, 'Stopped');
  assert.equal(record.FailureReason, undefined);
  assert.deepEqual(statusesOf(record), STOPPED);
  assert.ok(record.ModelArtifacts !== undefined);
  assert.deepEqual(workplace.leftIn(), []);
});

test('Ctrl-C twice: a script that ignores SIGTERM is ended immediately, what it has written is kept', async (t) => {
  const workplace = makeWorkplace(t, DEAF);
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGINT');
  await run.seen('Stopping: ');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  const hints = stderr.match(/^Press Ctrl-C again to (?:kill the hosts|end optml itself)/gm);
  assert.deepEqual(hints, ['Press Ctrl-C again to kill the hosts', 'Press Ctrl-C again to end optml itself']);
  assert.deepEqual(statusesOf(workplace.record()), STOPPED);
  assert.ok(workplace.record().ModelArtifacts !== undefined);
  assert.deepEqual(processesWith('OPTML_HOME', workplace.home), []);
});

test('Ctrl-C while a source of many files is copied: the copy is removed behind the command', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain());
  for (let i = 0; i < 6000; i++) workplace.write(`project/d${i % 100}/f${i}`, 'x');
  const run = workplace.start();
  const code = join(workplace.jobDir(), 'hosts', 'algo-1', 'ml', 'code');
  const isCopying = () => existsSync(code) && readdirSync(code).some((name) => name.startsWith('.optml-partial-'));
  await waitFor('the copy begins', isCopying);
  run.child.kill('SIGINT');
  const ended = await run.ended;
  assert.equal(ended.code, 3, ended.stderr);
  assert.equal(workplace.record().TrainingJobStatus, 'Stopped');
  assert.deepEqual(workplace.leftIn(), []);
  await waitFor('the copy is gone', () => readdirSync(join(workplace.home, 'jobs')).every((name) => name === 'job'));
});

test('--stop-grace: a script that ignores SIGTERM is killed when its time is over', async (t) => {
  const workplace = makeWorkplace(t, DEAF);
  const run = workplace.start(['--stop-grace', '1']);
  await run.seen('begun');
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.equal(workplace.record().TrainingJobStatus, 'Stopped');
});

test('optml stop stops the job as the platform does, and is refused once it has ended', async (t) => {
  const workplace = makeWorkplace(t, SAVES);
  const run = workplace.start();
  await run.seen('begun');
  const stop = await workplace.optml(['stop', 'job', '--wait']);
  assert.deepEqual(stop, { code: 0, stdout: 'job: Stopped\n', stderr: '' });
  assert.equal((await run.ended).code, 3);
  assert.deepEqual(statusesOf(workplace.record()), STOPPED);
  const again = await workplace.optml(['stop', 'job']);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /The request was rejected because the training job is in status Stopped\./);
});

test('MaxRuntimeInSeconds stops the job, which is Stopped by its time with exit code 3', async (t) => {
  const workplace = makeWorkplace(t, SAVES, { StoppingCondition: { MaxRuntimeInSeconds: 1 } });
  const { code, stderr } = await workplace.run();
  assert.equal(code, 3, stderr);
  const record = workplace.record();
  assert.equal(record.TrainingJobStatus, 'Stopped');
  assert.deepEqual(statusesOf(record), [...STOPPED.slice(0, -1), 'MaxRuntimeExceeded']);
  assert.ok(record.ModelArtifacts !== undefined);
});

test('the runtime counts over all attempts', async (t) => {
  const workplace = makeWorkplace(t, SAVES, { StoppingCondition: { MaxRuntimeInSeconds: 3 } });
  const { code, stderr } = await workplace.run(['--interrupt-after', '2']);
  assert.equal(code, 3, stderr);
  const record = workplace.record();
  const attempts = record.SecondaryStatusTransitions.filter(({ Status }) => Status === 'Training');
  const [first, second] = attempts.map(({ StartTime, EndTime = 0 }) => EndTime - StartTime);
  assert.equal(attempts.length, 2);
  assert.equal(record.SecondaryStatus, 'MaxRuntimeExceeded');
  assert.ok((first ?? 0) + (second ?? 9) < 3.5, `${first} s and ${second} s`);
});

// Answers that the bucket exists, and nothing more.
async function silentS3(t: TestContext): Promise<NodeJS.ProcessEnv> {
  const isBucketCheck = (url: string) => url.includes('list-type=2&max-keys=1');
  const { endpoint } = await startFakeFaults(t, await startS3(t), ({ url }) =>
    isBucketCheck(url) ? undefined : { silent: true },
  );
  return s3Variables(endpoint);
}

/** The summary of a job names the folder of undelivered artifacts, and the folder contains them. */
function assertUndelivered(workplace: Workplace, stderr: string): string {
  const kept = join(workplace.jobDir(), 'undelivered');
  assert.match(stderr, new RegExp(`^  kept     ${kept}\n  deliver  optml deliver job$`, 'm'));
  assert.equal(workplace.record().undelivered, kept);
  assert.deepEqual(workplace.leftIn(), ['undelivered']);
  return kept;
}

test('Ctrl-C twice while artifacts are being collected gives that up, and optml deliver delivers them', async (t) => {
  const workplace = makeWorkplace(t, 'echo m > $ml/model/m', { OutputDataConfig: { S3OutputPath: 's3://bucket' } });
  const run = workplace.start([], await silentS3(t));
  await run.seen('Uploading');
  run.child.kill('SIGINT');
  await run.seen('Warning: Training has ended, the artifacts are being collected');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  const record = workplace.record();
  assert.deepEqual(statusesOf(record), ['Starting', 'Downloading', 'Training', 'Uploading', 'Stopped']);
  assert.equal(record.ModelArtifacts, undefined);
  assertUndelivered(workplace, stderr);
  const delivered = await workplace.optml(['deliver', 'job', '--output', 'later']);
  assert.equal(delivered.code, 0, delivered.stderr);
  assert.deepEqual(readdirSync(join(workplace.dir, 'later', 'job', 'output')), ['model.tar.gz']);
  assert.equal(workplace.record().SecondaryStatus, 'Stopped');
  assert.deepEqual(workplace.leftIn(), []);
});

test('Ctrl-C once while artifacts are packed: they are delivered, and the job is Stopped', async (t) => {
  const workplace = makeWorkplace(t, 'truncate -s 1G $ml/model/m');
  const run = workplace.start();
  await run.seen('Uploading');
  run.child.kill('SIGINT');
  await run.seen('Warning: Training has ended, the artifacts are being collected');
  const { TrainingJobStatus, SecondaryStatus } = workplace.record();
  assert.deepEqual([TrainingJobStatus, SecondaryStatus], ['Stopping', 'Uploading']);
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.deepEqual(statusesOf(workplace.record()), ['Starting', 'Downloading', 'Training', 'Uploading', 'Stopped']);
  assert.deepEqual(readdirSync(join(workplace.dir, 'out', 'job', 'output')), ['model.tar.gz']);
});

for (const CompressionType of ['GZIP', 'NONE']) {
  test(`Ctrl-C twice while a large model is collected (${CompressionType}) ends that, and keeps the model in the job's folder`, async (t) => {
    const output = { S3OutputPath: './out', CompressionType };
    // With a block at its start: a file that is nothing but a hole is copied in no time.
    const workplace = makeWorkplace(t, 'echo > $ml/model/m; truncate -s 40G $ml/model/m', { OutputDataConfig: output });
    const run = workplace.start();
    const outputs = () => readdirSync(workplace.dir, { recursive: true, encoding: 'utf8' });
    await waitFor('the unfinished model', () => outputs().some((name) => /^out.job.output.*optml-partial/.test(name)));
    run.child.kill('SIGINT');
    await run.seen('Warning: Training has ended, the artifacts are being collected');
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    assert.equal(code, 3, stderr);
    assert.match(
      stderr,
      /^Warning: The artifacts are not delivered: a second stop ended the delivery\. To deliver later, run: optml deliver job$/m,
    );
    const record = workplace.record();
    assert.equal(record.SecondaryStatus, 'Stopped');
    assert.equal(record.ModelArtifacts, undefined);
    assert.deepEqual(readdirSync(join(workplace.dir, 'out', 'job', 'output')), []);
    const kept = assertUndelivered(workplace, stderr);
    assert.equal(statSync(join(kept, 'merged-model', 'm')).size, 40 * 2 ** 30);
  });
}

test("Ctrl-C twice after the model was delivered: the record names it, and the output data stays in the job's folder", async (t) => {
  const workplace = makeWorkplace(
    t,
    'echo m > $ml/model/m; mkdir -p $ml/output/data; truncate -s 40G $ml/output/data/d',
  );
  const run = workplace.start();
  const dir = join(workplace.dir, 'out', 'job', 'output');
  await waitFor('the model', () => existsSync(join(dir, 'model.tar.gz')));
  run.child.kill('SIGINT');
  await run.seen('Warning: Training has ended, the artifacts are being collected');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^Warning: The output data is not delivered: a second stop ended the delivery\./m);
  const kept = assertUndelivered(workplace, stderr);
  // Where it is depends on whether the collection of the data had begun.
  const places = ['merged-data/d', 'hosts/algo-1/ml/output/data/d'].filter((path) => existsSync(join(kept, path)));
  assert.deepEqual(
    places.map((path) => statSync(join(kept, path)).size),
    [40 * 2 ** 30],
  );
  const { SecondaryStatus, ModelArtifacts } = workplace.record();
  assert.equal(SecondaryStatus, 'Stopped');
  assert.equal(ModelArtifacts?.S3ModelArtifacts, join(dir, 'model.tar.gz'));
  assert.deepEqual(readdirSync(dir), ['model.tar.gz']);
});

test('Ctrl-C twice while a large model is uploaded ends that', async (t) => {
  const output = { S3OutputPath: 's3://bucket', CompressionType: 'NONE' };
  const workplace = makeWorkplace(t, 'truncate -s 40G $ml/model/m', { OutputDataConfig: output });
  const run = workplace.start([], await silentS3(t));
  await run.seen('Uploading');
  run.child.kill('SIGINT');
  await run.seen('Warning: Training has ended, the artifacts are being collected');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.equal(workplace.record().SecondaryStatus, 'Stopped');
  assert.equal(workplace.record().ModelArtifacts, undefined);
  assertUndelivered(workplace, stderr);
});

test('Ctrl-C twice while the last checkpoints are copied ends that, and optml deliver copies them', async (t) => {
  const checkpoints = { CheckpointConfig: { S3Uri: 's3://bucket/kept' } };
  const workplace = makeWorkplace(t, 'echo c > $ml/checkpoints/c', checkpoints);
  const silentForUploads = (request: SeenRequest) =>
    request.method === 'PUT' ? ({ silent: true } as const) : undefined;
  const server = await startS3(t);
  const s3 = await startFakeFaults(t, server, silentForUploads);
  const run = workplace.start([], s3Variables(s3.endpoint));
  await waitFor('the upload of the checkpoint', () => s3.seen.some(({ method }) => method === 'PUT'));
  run.child.kill('SIGINT');
  await run.seen('Warning: Training has ended, the artifacts are being collected');
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^Warning: The last checkpoints may be missing: a second stop ended their copy$/m);
  assert.equal(workplace.record().SecondaryStatus, 'Stopped');
  assertUndelivered(workplace, stderr);
  assert.equal((await workplace.optml(['deliver', 'job'], server.variables)).code, 0);
  assert.equal((await server.get('kept/c'))?.toString(), 'c\n');
  assert.deepEqual(workplace.leftIn(), []);
});

test('a stop before the hosts run ends the preparation', async (t) => {
  const workplace = makeWorkplace(t, 'echo never', { InputDataConfig: [channel('training', 's3://bucket/data/')] });
  const run = workplace.start([], await silentS3(t));
  await run.seen('Downloading');
  run.child.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.equal(stdout, '');
  assert.deepEqual(statusesOf(workplace.record()), ['Starting', 'Downloading', 'Stopping', 'Stopped']);
  assert.deepEqual(workplace.leftIn(), []);
});

test('Ctrl-C while an interruption is under way ends the job', async (t) => {
  const workplace = makeWorkplace(t, DEAF);
  const run = workplace.start(['--interrupt-after', '1', '--stop-grace', '3']);
  await run.seen('begun');
  // The script knows of no interruption, and says nothing.
  await sleep(2000);
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.deepEqual(statusesOf(workplace.record()), STOPPED);
});

const SPOT = {
  EnableManagedSpotTraining: true,
  StoppingCondition: { MaxRuntimeInSeconds: 2, MaxWaitTimeInSeconds: 2 },
};

test('a spot job whose waiting and running take too long together is stopped: MaxWaitTimeExceeded (C58)', async (t) => {
  const workplace = makeWorkplace(t, SAVES, SPOT);
  const { code, stderr } = await workplace.run();
  assert.equal(code, 3, stderr);
  const record = workplace.record();
  assert.equal(record.TrainingJobStatus, 'Stopped');
  assert.deepEqual(statusesOf(record), [...STOPPED.slice(0, -1), 'MaxWaitTimeExceeded']);
  assert.ok(record.ModelArtifacts !== undefined);
});

test('the time to wait counts while data is fetched, too', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const workplace = makeWorkplace(t, 'true', { ...SPOT, InputDataConfig: [channel('training', 's3://bucket/data/')] });
  const variables = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const { code, stderr } = await workplace.run([], variables);
  assert.equal(code, 3, stderr);
  assert.deepEqual(statusesOf(workplace.record()), ['Starting', 'Downloading', 'Stopping', 'MaxWaitTimeExceeded']);
});
