import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findGpus, gpusOfHost, tooFewGpus, unevenGpus } from '../../src/engines/process/gpus.ts';
import { temporaryFolder } from '../support/job.ts';
import { openJob, watchdogStandIn } from '../support/process-hosts.ts';
import { childrenOf, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const FOUR = 'for i in 0 1 2 3; do echo "GPU $i: A (UUID: $i)"; done';

function fakeSmi(dir: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'nvidia-smi'), `#!/bin/sh\n${FOUR}\n`, { mode: 0o755 });
  return `${dir}:${process.env['PATH']}`;
}

test('GPUs are those of the option, else of the user’s variable, else all (a fake nvidia-smi)', async (t) => {
  const PATH = fakeSmi(temporaryFolder(t));
  const find = (gpus?: string, CUDA_VISIBLE_DEVICES?: string, hostCount = 2) =>
    findGpus({ PATH, CUDA_VISIBLE_DEVICES }, { gpus, hostCount, watchdog: watchdogStandIn });
  assert.deepEqual(await find(), ['0', '1', '2', '3']);
  assert.deepEqual(await find('2'), ['0', '1']);
  assert.deepEqual(await find('device=1,3'), ['1', '3']);
  assert.deepEqual(await find(undefined, '2,3'), ['2', '3']);
  assert.deepEqual(await find('1', '2,3'), ['2']);
  assert.equal(await find(undefined, undefined, 1), undefined);
  assert.deepEqual(await find('all', undefined, 1), ['0', '1', '2', '3']);
  await assert.rejects(find('some'), { message: '"some" names no GPUs' });
  assert.equal(
    await findGpus({ PATH: '/nowhere' }, { gpus: undefined, hostCount: 2, watchdog: watchdogStandIn }),
    undefined,
  );
});

test('a list of GPUs that programs would not understand is an error', async (t) => {
  const PATH = fakeSmi(temporaryFolder(t));
  const find = (gpus: string) => findGpus({ PATH }, { gpus, hostCount: 1, watchdog: watchdogStandIn });
  assert.deepEqual(await find('device=GPU-8a56e2c1,MIG-GPU-8a56e2c1/1/0'), ['GPU-8a56e2c1', 'MIG-GPU-8a56e2c1/1/0']);
  for (const gpus of ['device=', 'device=,', 'device=0,0', 'device=-1', 'device=0;1', 'device=a b', '-1', '1.5', '']) {
    await assert.rejects(find(gpus), { code: 'SETTING_INVALID', message: `"${gpus}" names no GPUs` });
  }
});

test('the network of a job ends if the option for its GPUs is none', async (t) => {
  const holders = () => childrenOf(process.pid).length;
  const before = holders();
  await assert.rejects(openJob(t, { hosts: ['algo-1', 'algo-2'] }, process.env, { gpus: 'some' }), {
    message: '"some" names no GPUs',
  });
  await waitFor('the holder of the network has ended', () => holders() <= before);
});

test('hosts get different GPUs, the first ones more where they cannot be divided evenly', () => {
  const of = (count: number, hosts: number) =>
    Array.from({ length: hosts }, (_, host) => gpusOfHost([...'01234567'].slice(0, count), host, hosts).join());
  assert.deepEqual(of(4, 2), ['0,1', '2,3']);
  assert.deepEqual(of(5, 3), ['0,1', '2,3', '4']);
  assert.deepEqual(of(1, 2), ['0', '']);
});

test('different numbers of GPUs are named', () => {
  const of = (count: number, hosts: number) => unevenGpus([...'01234567'].slice(0, count), hosts);
  assert.equal(of(1, 3), `1 host has 1 GPU, and 2 hosts have no GPU`);
  assert.equal(of(7, 3), `1 host has 3 GPUs, and 2 hosts have 2 GPUs`);
  assert.equal(of(4, 2), undefined);
  assert.equal(of(0, 2), undefined);
});

test('GPUs that the option asks for and the machine does not have are counted', () => {
  assert.deepEqual([tooFewGpus('4', ['0', '1']), tooFewGpus('1', undefined), tooFewGpus('all', undefined)], [2, 0, 0]);
  for (const gpus of [undefined, '0', '1', '2', 'all', 'device=0,1'])
    assert.equal(tooFewGpus(gpus, ['0', '1']), undefined);
  assert.equal(tooFewGpus('0', undefined), undefined);
});

test('a job that asks for more GPUs than there are runs, and one warning counts them (a fake nvidia-smi)', async (t) => {
  const workplace = makeWorkplace(t, 'echo "[$CUDA_VISIBLE_DEVICES]"', { ...byTrain(), ...hosts(2) });
  const { code, stderr } = await workplace.run(['--gpus', '6'], { PATH: fakeSmi(join(workplace.dir, 'bin')) });
  assert.equal(code, 0, stderr);
  assert.deepEqual(stderr.match(/Warning: .*GPU.*/g), ['Warning: The hosts get fewer GPUs than --gpus 6 asks for (4)']);
});

test('hosts that get no GPU have an empty variable, and one warning counts them (a fake nvidia-smi)', async (t) => {
  const workplace = makeWorkplace(t, 'echo "[$CUDA_VISIBLE_DEVICES] $SM_NUM_GPUS"', { ...byTrain(), ...hosts(3) });
  const { code, stdout, stderr } = await workplace.run(['--gpus', '1'], { PATH: fakeSmi(join(workplace.dir, 'bin')) });
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line.includes('| ['));
  assert.deepEqual(lines.sort(), ['algo-1 | [0] 1', 'algo-2 | [] 0', 'algo-3 | [] 0'], stdout + stderr);
  assert.equal(stderr.match(/Warning: 1 host has 1 GPU, and 2 hosts have no GPU: on SageMaker/g)?.length, 1, stderr);
});

test('CUDA_VISIBLE_DEVICES and SM_NUM_GPUS are the host’s part of the machine (a fake nvidia-smi)', async (t) => {
  const workplace = makeWorkplace(t, 'echo "[$CUDA_VISIBLE_DEVICES] $SM_NUM_GPUS"', {
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_program: 'train.sh' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 2 },
  });
  const { stdout, stderr } = await workplace.run([], { PATH: fakeSmi(join(workplace.dir, 'bin')) });
  const lines = stdout.split('\n').filter((line) => line.includes('| ['));
  assert.deepEqual(lines.sort(), ['algo-1 | [0,1] 2', 'algo-2 | [2,3] 2'], stdout + stderr);
});
