// What jobs find on SageMaker and expect here too. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { channel, hosts, makeWorkplace } from '../support/run-job-command.ts';

const SHOW_CACHE = 'cd "$SAGEMAKER_MANAGED_WARMPOOL_CACHE_DIRECTORY" && touch x && echo "cache $PWD"';
const warm = (seconds: number) => ({
  ResourceConfig: { InstanceType: 'local', InstanceCount: 1, KeepAlivePeriodInSeconds: seconds },
});

test('a job of a warm pool has the folder of its cache, also where there is no /opt/ml', async (t) => {
  const { PATH } = withoutNamespaces(t);
  for (const variables of [{}, { PATH }]) {
    const { code, stdout, stderr } = await makeWorkplace(t, SHOW_CACHE, warm(60)).run([], variables);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^cache \/.*\/sagemaker\/warmpoolcache$/m);
  }
});

test('a job without a warm pool has neither the variable nor the folder', async (t) => {
  const script = 'echo "cache=$SAGEMAKER_MANAGED_WARMPOOL_CACHE_DIRECTORY"; ls "$SAGEMAKER_BASE_DIR"';
  const { code, stdout, stderr } = await makeWorkplace(t, script, warm(0)).run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^cache=$/m);
  assert.doesNotMatch(stdout, /^sagemaker$/m);
});

const PROGRAMS = '/opt/ml/input/data/ml';
const fromChannel = (entrypoint: readonly string[]) => ({
  AlgorithmSpecification: {
    TrainingImage: 'file://./project',
    TrainingInputMode: 'File',
    ContainerEntrypoint: entrypoint,
  },
  InputDataConfig: [channel('ml', './programs')],
});

// Also a channel that has the name of another folder of the host.
test('an entry point in a channel is not executable, and a shell runs it', async (t) => {
  for (const [entrypoint, isRunning] of [
    [[`${PROGRAMS}/run.sh`], false],
    [['/bin/sh', `${PROGRAMS}/run.sh`], true],
  ] as const) {
    const workplace = makeWorkplace(t, '', fromChannel(entrypoint));
    chmodSync(workplace.write('programs/run.sh', '#!/bin/sh\necho ran\n'), 0o755);
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code === 0, isRunning, stderr);
    assert.equal(/^ran$/m.test(stdout), isRunning, stdout);
    if (!isRunning) assert.match(stderr, /permission denied|not executable|EACCES/i);
    assert.deepEqual(workplace.leftIn(), []);
  }
});

test('a channel without an entry point keeps the modes that its files have', async (t) => {
  const script = 'stat -c "mode %a" "$SAGEMAKER_BASE_DIR/input/data/tools/run.sh"';
  const workplace = makeWorkplace(t, script, { InputDataConfig: [channel('tools', './tools')] });
  chmodSync(workplace.write(join('tools', 'run.sh'), '#!/bin/sh\n'), 0o755);
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^mode 755$/m);
});

test('the drivers of the SDK make a shell script of their source executable, in a copy of it', async (t) => {
  const script = 'cd "$SAGEMAKER_BASE_DIR/input/data/code" && chmod +x go.sh && ./go.sh';
  const channels = [channel('sm_drivers', './drivers'), channel('code', './code')];
  const workplace = makeWorkplace(t, script, { InputDataConfig: channels });
  workplace.write('drivers/sm_train.sh', '');
  const file = workplace.write('code/go.sh', '#!/bin/sh\necho ran\n');
  chmodSync(file, 0o644);
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ran$/m);
  assert.equal(statSync(file).mode & 0o777, 0o644);
});

test('a script of the SDK with the line ends of Windows causes one warning', async (t) => {
  for (const [lineEnd, count] of [
    ['\r\n', 1],
    ['\n', 0],
  ] as const) {
    const changes = { ...hosts(2), InputDataConfig: [channel('sm_drivers', './drivers')] };
    const workplace = makeWorkplace(t, 'true', changes);
    workplace.write('drivers/sm_train.sh', ['#!/bin/bash', 'set -e', ''].join(lineEnd));
    const { code, stderr } = await workplace.run();
    assert.equal(code, 0, stderr);
    assert.equal(stderr.split('the lines of sm_train.sh end with CR LF').length - 1, count, stderr);
  }
});

const withType = (type: string) => ({ ResourceConfig: { InstanceType: type, InstanceCount: 1, VolumeSizeInGB: 1 } });

test('an instance type that the API model lacks runs with a warning, and names a known one that is near', async (t) => {
  for (const [type, end] of [
    ['ml.zz9-new.metal', 'this machine\\.$'],
    ['ml.m5.larg', 'this machine\\. Did you mean "ml\\.m5\\.large"\\?$'],
  ] as const) {
    const script = 'cat "$SAGEMAKER_BASE_DIR/input/config/resourceconfig.json"';
    const { code, stdout, stderr } = await makeWorkplace(t, script, withType(type)).run();
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`"current_instance_type":"${type}"`), stdout);
    assert.match(stderr, new RegExp(`The instance type "${type}" is not in SageMaker's API model .* ${end}`, 'm'));
  }
});

test('a known instance type and the types of this machine cause no warning', async (t) => {
  for (const type of ['ml.m5.large', 'local']) {
    const { code, stderr } = await makeWorkplace(t, 'true', withType(type)).run();
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /The instance type/);
  }
});

test('the instance type local_gpu asks for all GPUs of this machine', async (t) => {
  const { PATH } = withoutNamespaces(t);
  const given = makeWorkplace(t, 'echo ran', withType('local_gpu'));
  const { code, stdout, stderr } = await given.run([], { PATH });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ran$/m);
  assert.match(stderr, /fewer GPUs than --gpus all asks for/);
});

test('what is no instance type at all stays an error', async (t) => {
  const { code, stderr } = await makeWorkplace(t, 'true', withType('m5.large')).run();
  assert.equal(code, 2);
  assert.match(stderr, /InstanceType' failed to satisfy constraint/);
});

test('--as-platform refuses these types, and says what to do for those of this machine', async (t) => {
  for (const [type, fix] of [
    ['local_gpu', /leave out --as-platform; "local_gpu" stands for "local" with --gpus all/],
    ['local', /leave out --as-platform/],
    ['ml.zz9.48xlarge', /InstanceType' failed to satisfy constraint/],
  ] as const) {
    const { code, stderr } = await makeWorkplace(t, 'true', withType(type)).run(['--as-platform', '--print-request']);
    assert.equal(code, 2);
    assert.match(stderr, fix);
  }
});
