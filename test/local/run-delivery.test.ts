// Outputs and checkpoints whose locations cannot be written, and `optml deliver`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { list } from 'tar';
import { withDisk } from '../support/disks.ts';
import { type Fault, startFakeFaults } from '../support/fake-s3-faults.ts';
import { HOST_OF_SCRIPT, hosts, makeWorkplace, unrecorded, type Workplace } from '../support/run-job-command.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const TRAINS = 'echo begun; echo m > $ml/model/m';

/** Runs a job whose location is unavailable, and checks that its training does not start. */
async function assertNotStarted(workplace: Workplace, reason: RegExp, variables: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await workplace.run(['--json'], variables);
  assert.equal(code, 2, stderr);
  assert.doesNotMatch(stderr, /^begun$/m, 'training has not begun');
  const { FailureReason, SecondaryStatusTransitions: steps } = unrecorded(workplace, stdout);
  assert.deepEqual(
    steps.map(({ Status }) => Status),
    ['Starting', 'Downloading', 'Failed'],
  );
  assert.match(FailureReason ?? '', reason);
  assert.match(stderr, /^Fix: /m);
  assert.doesNotMatch(stderr, /DEFECT|ENOENT|\n\s+at /);
}

function outputAt(t: TestContext, S3OutputPath: string): Workplace {
  return makeWorkplace(t, TRAINS, { OutputDataConfig: { S3OutputPath } });
}

function checkpointsAt(t: TestContext, S3Uri: string): Workplace {
  return makeWorkplace(t, TRAINS, { CheckpointConfig: { S3Uri } });
}

for (const [what, make] of [
  ['artifacts', outputAt],
  ['checkpoints', checkpointsAt],
] as const) {
  test(`a file in the path of the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './file/below');
    workplace.write('file', 'a file, not a folder');
    const reason = new RegExp(
      `^ClientError: the ${what} cannot be written to .*/file/below.*: a part of this path is a file`,
    );
    await assertNotStarted(workplace, reason);
  });

  test(`a read-only file system for the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './disk/below');
    mkdirSync(join(workplace.dir, 'disk'));
    await withDisk(t, join(workplace.dir, 'disk'), 'ro', () =>
      assertNotStarted(workplace, /^ClientError: .*disk\/below.*: the file system is read-only$/),
    );
  });

  test(`a full disk for the ${what} fails the job before training starts`, async (t) => {
    const workplace = make(t, './disk/below');
    const disk = join(workplace.dir, 'disk');
    mkdirSync(disk);
    await withDisk(t, disk, 'size=64k', async () => {
      writeFileSync(join(disk, 'large'), Buffer.alloc(64 * 1024));
      await assertNotStarted(workplace, /^ClientError: .*disk\/below.*: the disk is full$/);
      assert.deepEqual(readdirSync(disk), ['large'], 'no probe is left');
    });
  });

  test(`a bucket for the ${what} that does not exist fails the job before training starts`, async (t) => {
    const s3 = await startS3(t);
    const workplace = make(t, 's3://no-such-bucket/prefix');
    await assertNotStarted(workplace, /^ClientError: .*s3:\/\/no-such-bucket\/.*NoSuchBucket/, s3.variables);
  });
}

test('expired credentials fail the job before training starts', async (t) => {
  const expired: Fault = { status: 400, code: 'ExpiredToken' };
  const { endpoint } = await startFakeFaults(t, await startS3(t), () => expired);
  await assertNotStarted(outputAt(t, 's3://bucket/prefix'), /^ClientError: .*ExpiredToken/, s3Variables(endpoint));
});

test('missing credentials fail the job before training starts', async (t) => {
  const { endpoint } = await startS3(t);
  const variables = { ...s3Variables(endpoint), AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  await assertNotStarted(outputAt(t, 's3://bucket/prefix'), /^ClientError: .*[Cc]redentials/, variables);
});

test('a location of another scheme fails the job before training starts', async (t) => {
  await assertNotStarted(outputAt(t, 'https://host/prefix'), /^ClientError: .*"https:\/\/host\/prefix"$/);
});

test('the check leaves nothing behind, and a job without outputs makes no folder for them', async (t) => {
  const workplace = makeWorkplace(t, 'true', { CheckpointConfig: { S3Uri: './kept' } });
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(workplace.dir).sort(), ['home', 'job.json', 'project']);
});

/** The paths of the files in an archive. */
async function filesIn(file: string): Promise<readonly string[]> {
  const found: string[] = [];
  await list({ file, strict: true, onReadEntry: ({ path, type }) => void (type === 'File' && found.push(path)) });
  return found.sort();
}

/** Runs a job whose outputs become unavailable while it trains, and checks that its artifacts are kept. */
async function runUndelivered(workplace: Workplace, variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stderr } = await workplace.run([], variables);
  assert.equal(code, 1, stderr);
  assert.equal(workplace.record().TrainingJobStatus, 'Failed');
  assert.equal(workplace.record().ModelArtifacts, undefined);
  const kept = join(workplace.jobDir(), 'undelivered');
  assert.equal(workplace.record().undelivered, kept);
  assert.deepEqual(workplace.leftIn(), ['undelivered']);
  assert.match(stderr, new RegExp(`^  kept     ${kept}\n  deliver  optml deliver job$`, 'm'));
  const { stdout } = await workplace.optml(['describe', 'job']);
  assert.match(stdout, new RegExp(`^Undelivered: +${kept}\nTo deliver: +optml deliver job$`, 'm'));
  return kept;
}

/** Delivers the artifacts of the job, and checks that nothing of them is left in its folder. */
async function deliver(workplace: Workplace, options: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await workplace.optml(['deliver', 'job', ...options], variables);
  assert.equal(code, 0, stderr);
  assert.deepEqual(workplace.leftIn(), []);
  const { undelivered, ModelArtifacts, outputs } = workplace.record();
  assert.equal(undelivered, undefined);
  const locations = [ModelArtifacts?.S3ModelArtifacts ?? '', ...outputs];
  assert.equal(stdout, `${locations.join('\n')}\n`);
  return locations;
}

const SAVES = 'echo m > $ml/model/m; echo o > $ml/output/data/o';

test('a model that does not fit on the disk stays, and optml deliver delivers it later', async (t) => {
  const workplace = makeWorkplace(t, 'head -c 300000 /dev/urandom > $ml/model/m', {
    OutputDataConfig: { S3OutputPath: './disk' },
  });
  const disk = join(workplace.dir, 'disk');
  mkdirSync(disk);
  await withDisk(t, disk, 'size=128k', async () => {
    const kept = await runUndelivered(workplace);
    assert.doesNotMatch(workplace.record().FailureReason ?? '', /VolumeSizeInGB/);
    const model = readFileSync(join(kept, 'merged-model', 'm'));
    const again = await workplace.optml(['deliver', 'job']);
    assert.equal(again.code, 1, again.stderr);
    assert.match(again.stderr, /^Fix: Free some space on that disk, or use another one: --output /m);
    assert.deepEqual(readFileSync(join(kept, 'merged-model', 'm')), model);
    assert.deepEqual(workplace.leftIn(), ['undelivered']);
    const other = join(workplace.dir, 'other');
    const locations = await deliver(workplace, ['--output', 'other']);
    assert.deepEqual(locations, [join(other, 'job', 'output', 'model.tar.gz')]);
    assert.deepEqual(await filesIn(join(other, 'job', 'output', 'model.tar.gz')), ['m']);
  });
});

test('the models of several hosts stay, and are delivered together to the same location', async (t) => {
  const workplace = makeWorkplace(t, 'true', hosts(2));
  const out = join(workplace.dir, 'out');
  workplace.write(
    'project/train.sh',
    `ml=$SAGEMAKER_BASE_DIR; ${SAVES}; echo $$ > $ml/model/${HOST_OF_SCRIPT}; touch ${out}\n`,
  );
  await runUndelivered(workplace);
  rmSync(out);
  const locations = await deliver(workplace);
  assert.deepEqual(locations, [
    join(out, 'job', 'output', 'model.tar.gz'),
    join(out, 'job', 'output', 'output.tar.gz'),
  ]);
  assert.deepEqual(await filesIn(locations[0] ?? ''), ['algo-1', 'algo-2', 'm']);
  assert.deepEqual(await filesIn(locations[1] ?? ''), ['o']);
  assert.equal(workplace.record().TrainingJobStatus, 'Failed', 'the job has ended');
  assert.deepEqual(await deliver(workplace), locations, 'a second delivery changes nothing');
});

test('a model that S3 refuses stays, is not removed by the next run, and is delivered with valid credentials', async (t) => {
  const s3 = await startS3(t);
  const { endpoint } = await startFakeFaults(t, s3, ({ method }) =>
    method === 'GET' ? undefined : { status: 400, code: 'ExpiredToken' },
  );
  const workplace = makeWorkplace(t, SAVES, { OutputDataConfig: { S3OutputPath: 's3://bucket/out' } });
  await runUndelivered(workplace, s3Variables(endpoint));
  assert.equal((await workplace.run(['--name', 'next'], s3.variables)).code, 0);
  assert.deepEqual(workplace.leftIn(), ['undelivered']);
  assert.deepEqual(await deliver(workplace, [], s3.variables), [
    's3://bucket/out/job/output/model.tar.gz',
    's3://bucket/out/job/output/output.tar.gz',
  ]);
  assert.equal((await s3.keys('out/job/')).length, 2);
});

test('a kill during the delivery leaves the model for optml deliver', async (t) => {
  const s3 = await startS3(t);
  const { endpoint } = await startFakeFaults(t, s3, ({ method }) => (method === 'GET' ? undefined : { silent: true }));
  const workplace = makeWorkplace(t, SAVES, { OutputDataConfig: { S3OutputPath: 's3://bucket/out' } });
  const run = workplace.start([], s3Variables(endpoint));
  await run.seen('Uploading');
  run.child.kill('SIGKILL');
  await run.ended;
  assert.equal((await workplace.run(['--name', 'next'], s3.variables)).code, 0);
  assert.deepEqual(workplace.leftIn(), ['undelivered'], 'the clean-up keeps it');
  assert.equal(workplace.record().undelivered, join(workplace.jobDir(), 'undelivered'));
  assert.equal((await deliver(workplace, [], s3.variables)).length, 2);
});

test('checkpoints that could not be copied stay, and optml deliver copies them later', async (t) => {
  const workplace = makeWorkplace(t, 'true', { CheckpointConfig: { S3Uri: './kept' } });
  const location = join(workplace.dir, 'kept');
  workplace.write('project/train.sh', `touch ${location}; echo c > $SAGEMAKER_BASE_DIR/checkpoints/c\n`);
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Warning: Checkpoints that could not be kept: c \(/m);
  const kept = join(workplace.jobDir(), 'undelivered');
  assert.match(stderr, new RegExp(`^  kept     ${kept}\n  deliver  optml deliver job$`, 'm'));
  assert.equal(workplace.record().TrainingJobStatus, 'Completed');
  assert.equal(workplace.record().undelivered, kept);
  rmSync(location);
  const delivered = await workplace.optml(['deliver', 'job']);
  assert.deepEqual([delivered.code, delivered.stdout], [0, `${location}\n`]);
  assert.deepEqual(workplace.leftIn(), []);
  assert.equal(workplace.read('kept/c'), 'c\n');
});

test('optml describe names the artifacts of a killed job before its folder is cleaned up', async (t) => {
  const workplace = makeWorkplace(t, `${SAVES}; echo begun; sleep 60`);
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGKILL');
  await run.ended;
  const hostsDir = join(workplace.jobDir(), 'hosts');
  const { stdout } = await workplace.optml(['describe', 'job']);
  assert.match(stdout, new RegExp(`^Undelivered: +${hostsDir}\nTo deliver: +optml deliver job$`, 'm'));
  assert.equal((await deliver(workplace)).length, 2);
});

test('optml deliver fails while the folder of a killed job cannot be cleaned up', async (t) => {
  const workplace = makeWorkplace(t, `${SAVES}; echo begun; sleep 60`);
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGKILL');
  await run.ended;
  await workplace.optml(['jobs']);
  // The containers of such a job cannot be ended without its engine.
  const record = JSON.stringify({ ...workplace.record(), leftovers: ['podman'] });
  writeFileSync(join(workplace.jobDir(), 'job.json'), record);
  const { code, stdout, stderr } = await workplace.optml(['deliver', 'job'], { PATH: workplace.dir });
  assert.equal(code, 1, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /PACKAGING_FAILED: the artifacts of the job job are not in its folder$/m);
});

test('an upload that takes longer than a second is visible', async (t) => {
  const { endpoint } = await startFakeFaults(t, await startS3(t), ({ method }) =>
    method === 'GET' ? undefined : { silent: true },
  );
  const workplace = makeWorkplace(t, SAVES, { OutputDataConfig: { S3OutputPath: 's3://bucket/out' } });
  const run = workplace.start([], s3Variables(endpoint));
  await run.seen('Uploading s3://bucket/out/job/output/model.tar.gz\n');
});

test('optml deliver cleans up after a killed job itself', async (t) => {
  const s3 = await startS3(t);
  const { endpoint } = await startFakeFaults(t, s3, ({ method }) => (method === 'GET' ? undefined : { silent: true }));
  const workplace = makeWorkplace(t, SAVES, { OutputDataConfig: { S3OutputPath: 's3://bucket/out' } });
  const run = workplace.start([], s3Variables(endpoint));
  await run.seen('Uploading');
  const running = await workplace.optml(['deliver', 'job'], s3.variables);
  assert.equal(running.code, 2);
  assert.match(running.stderr, /^UserError USAGE: the job job is running$/m);
  run.child.kill('SIGKILL');
  await run.ended;
  assert.equal((await deliver(workplace, [], s3.variables)).length, 2);
});

test('optml deliver prints where the artifacts of a delivered job are, and rejects an invalid location', async (t) => {
  const workplace = makeWorkplace(t, SAVES);
  assert.equal((await workplace.run()).code, 0);
  assert.equal((await deliver(workplace)).length, 2);
  for (const location of ['s3://b/prefix', 's3:/bucket/prefix', 'https://host/prefix']) {
    const { code, stderr } = await workplace.optml(['deliver', 'job', '--output', location]);
    assert.equal(code, 2, location);
    assert.match(stderr, /^UserError USAGE: optml deliver: invalid location /);
  }
  assert.equal((await workplace.optml(['deliver', 'unknown'])).code, 1);
});
