// `optml run` as built, in containers: how a job ends, by whatever ends it, and that nothing is left then.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { waitFor } from '../support/processes.ts';
import { buildTestImages, ENGINE, IMAGES } from './support/container-job.ts';
import {
  CAN_BE_PLAIN_USER,
  folderChannel,
  foreignFiles,
  leftInEngine,
  makeWorkplace,
  PLAIN_USER,
  shellJobFile,
  type Workplace,
} from './support/optml-run.ts';

before(buildTestImages);

const isPlainUser = CAN_BE_PLAIN_USER;
const USER = isPlainUser ? PLAIN_USER : (process.getuid?.() ?? -1);

const CHECKPOINTS = `
umask 077
cd /opt/ml/checkpoints
if [ -e deep/step ]; then echo "resumed from $(cat deep/step), $(ls)"; echo m > /opt/ml/model/m; exit 0; fi
trap 'echo 2 > deep/step; rm -f old; exit 0' TERM
mkdir deep; echo 1 > deep/step; echo o > old
while :; do sleep 0.1; done
`;

// The job's folder holds what is shown of it, and nothing that only mattered while it ran.
function assertNothingLeft({ dir, home }: Workplace, job: string): void {
  assert.deepEqual(leftInEngine(job), []);
  const kept = ['job.json', 'logs', 'metrics.jsonl', 'report.html', 'stop'];
  assert.deepEqual(
    readdirSync(join(home, 'jobs', job)).filter((name) => !kept.includes(name)),
    [],
  );
  assert.deepEqual(foreignFiles(dir, USER), []);
}

test('a job that is interrupted comes back with the checkpoints of a container’s root, and all files are the caller’s', async (t) => {
  const workplace = makeWorkplace(t, { isPlainUser });
  const more = {
    CheckpointConfig: { S3Uri: './checkpoints', LocalPath: '/opt/ml/checkpoints/' },
    InputDataConfig: [folderChannel('script', './script')],
  };
  const script = '. /opt/ml/input/data/script/train.sh';
  workplace.write({
    'job.json': shellJobFile('interrupted', IMAGES.plain, script, more),
    'script/train.sh': CHECKPOINTS,
  });
  const { code, stdout, stderr } = await workplace.run('job.json', '--interrupt-after', '3');
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'resumed from 2, deep\n');
  const statuses = workplace.record('interrupted').SecondaryStatusTransitions.map(({ Status }) => Status);
  const [first, second] = [
    ['Starting', 'Downloading', 'Training'],
    ['Starting', 'Downloading', 'Training'],
  ];
  assert.deepEqual(statuses, [...first, 'Interrupted', ...second, 'Uploading', 'Completed']);
  assert.equal(readFileSync(join(workplace.dir, 'checkpoints', 'deep', 'step'), 'utf8'), '2\n');
  assert.equal(existsSync(join(workplace.dir, 'checkpoints', 'old')), false);
  assert.ok(existsSync(join(workplace.output, 'interrupted', 'output', 'model.tar.gz')));
  assertNothingLeft(workplace, 'interrupted');
});

test('an engine that loses a container in mid-run: the job is restarted with its checkpoints (C59)', async (t) => {
  const workplace = makeWorkplace(t, { isPlainUser });
  const more = { CheckpointConfig: { S3Uri: './checkpoints' }, RetryStrategy: { MaximumRetryAttempts: 1 } };
  const script =
    'cd /opt/ml/checkpoints; if [ -e step ]; then echo "goes on from $(cat step)"; exit 0; fi; echo 7 > step; sleep 60';
  workplace.write({ 'job.json': shellJobFile('lost', IMAGES.plain, script, more) });
  const job = workplace.start('run', 'job.json', '--engine', ENGINE);
  const kept = join(workplace.dir, 'checkpoints', 'step');
  await waitFor('the checkpoint is kept', () => existsSync(kept) && readFileSync(kept, 'utf8') === '7\n', 60_000);
  const [container = ''] = leftInEngine('lost');
  spawnSync(ENGINE, ['rm', '-f', container]);
  const { code, stdout, stderr } = await job.ended;
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'goes on from 7\n');
  const statuses = workplace.record('lost').SecondaryStatusTransitions.map(({ Status }) => Status);
  const first = ['Starting', 'Downloading', 'Training'];
  assert.deepEqual(statuses, [...first, 'Restarting', 'Downloading', 'Training', 'Uploading', 'Completed']);
  assertNothingLeft(workplace, 'lost');
});

test('without a retry that is the platform’s failure, not the script’s (C50)', async (t) => {
  const workplace = makeWorkplace(t, { isPlainUser });
  workplace.write({ 'job.json': shellJobFile('lost-too', IMAGES.plain, 'echo ready; sleep 60') });
  const job = workplace.start('run', 'job.json', '--engine', ENGINE);
  await job.seen('ready');
  const [container = ''] = leftInEngine('lost-too');
  spawnSync(ENGINE, ['rm', '-f', container]);
  assert.equal((await job.ended).code, 1);
  assert.match(
    workplace.record('lost-too').FailureReason ?? '',
    /^InternalServerError: .* has lost the container of a host$/,
  );
});

suite('Ctrl-C', () => {
  const interrupt = (pid: number | undefined) => process.kill(-(pid ?? Number.NaN), 'SIGINT');

  test('once is the platform’s stop: what the program saves then is collected', async (t) => {
    const workplace = makeWorkplace(t, { isPlainUser });
    const script = 'trap "echo m > /opt/ml/model/m; exit 0" TERM; echo ready; while :; do sleep 0.1; done';
    workplace.write({ 'job.json': shellJobFile('stopped', IMAGES.plain, script) });
    const job = workplace.start('run', 'job.json', '--engine', ENGINE);
    await job.seen('ready');
    interrupt(job.child.pid);
    const { code, stderr } = await job.ended;
    assert.equal(code, 3, stderr);
    assert.equal(workplace.record('stopped').SecondaryStatus, 'Stopped');
    assert.ok(existsSync(join(workplace.output, 'stopped', 'output', 'model.tar.gz')));
    assertNothingLeft(workplace, 'stopped');
  });

  test('twice ends a program that does not listen, immediately', async (t) => {
    const workplace = makeWorkplace(t, { isPlainUser });
    const script = 'trap "echo heard" TERM; echo ready; while :; do sleep 0.1; done';
    workplace.write({ 'job.json': shellJobFile('ended', IMAGES.plain, script) });
    const job = workplace.start('run', 'job.json', '--engine', ENGINE);
    await job.seen('ready');
    interrupt(job.child.pid);
    await job.seen('heard');
    interrupt(job.child.pid);
    const { code, stderr } = await job.ended;
    assert.equal(code, 3, stderr);
    assertNothingLeft(workplace, 'ended');
  });
});

test('a SIGKILL of optml ends its containers within seconds, and the model of a container’s root can be delivered later', async (t) => {
  const workplace = makeWorkplace(t, { isPlainUser });
  const script =
    'umask 077; mkdir /opt/ml/model/deep; echo m > /opt/ml/model/deep/m; trap "" TERM; echo ready; sleep 600';
  workplace.write({
    'job.json': shellJobFile('killed', IMAGES.plain, script),
    'next.json': shellJobFile('next', IMAGES.plain, 'echo next'),
  });
  const job = workplace.start('run', 'job.json', '--engine', ENGINE);
  await job.seen('ready');
  assert.notDeepEqual(leftInEngine('killed'), []);
  job.child.kill('SIGKILL');
  await once(job.child, 'exit');
  await waitFor('the end of the containers', () => leftInEngine('killed').length === 0, 15_000);
  assert.ok(existsSync(join(workplace.home, 'jobs', 'killed', 'hosts')));
  const next = await workplace.run('next.json');
  assert.equal(next.code, 0, next.stderr);
  assert.equal(workplace.record('killed').FailureReason, 'InternalServerError: optml was killed while the job ran');
  assert.ok(!existsSync(join(workplace.home, 'jobs', 'killed', 'hosts')));
  const delivered = await workplace.start('deliver', 'killed').ended;
  assert.equal(delivered.code, 0, delivered.stderr);
  assert.ok(existsSync(join(workplace.output, 'killed', 'output', 'model.tar.gz')));
  assertNothingLeft(workplace, 'killed');
});

suite('a job that cannot be started ends with 2, and leaves no record', () => {
  test('for an image that is not there and may not be pulled', async (t) => {
    const workplace = makeWorkplace(t, { isPlainUser });
    workplace.write({ 'job.json': shellJobFile('no-image', 'optml-platform-test:missing', 'echo no') });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^UserError IMAGE_UNAVAILABLE: .*\nWhere: --pull never\nFix: Use --pull missing/m);
    assert.ok(!existsSync(join(workplace.home, 'jobs', 'no-image')));
  });

  test('for a project folder without a Dockerfile', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write({ 'job.json': shellJobFile('no-dockerfile', 'file://.', 'echo no') });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /IMAGE_UNAVAILABLE: the project folder holds no Dockerfile/);
    assert.ok(!existsSync(join(workplace.home, 'jobs', 'no-dockerfile')));
  });

  test('for an engine that does not answer', { skip: ENGINE !== 'docker' && 'podman has no daemon' }, async (t) => {
    const workplace = makeWorkplace(t, { variables: { DOCKER_HOST: 'unix:///nothing/listens/here.sock' } });
    workplace.write({ 'job.json': shellJobFile('no-engine', IMAGES.plain, 'echo no') });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^InfrastructureError ENGINE_FAILED: the container engine docker does not answer$/m);
    assert.match(stderr, /^Fix: Start its daemon .*check DOCKER_HOST/m);
    assert.ok(!existsSync(join(workplace.home, 'jobs', 'no-engine')));
  });

  test('but a program that is missing in the image has been started, and failed', async (t) => {
    const workplace = makeWorkplace(t);
    const command = { ContainerEntrypoint: ['/missing'] };
    workplace.write({ 'job.json': shellJobFile('no-program', IMAGES.plain, '', { AlgorithmSpecification: command }) });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 1, stderr);
    assert.match(workplace.record('no-program').FailureReason ?? '', /^ClientError: .* has no program "\/missing"/);
  });
});
