import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LaunchContext } from '../../../src/launchers/launcher.ts';
import { pytorchXla } from '../../../src/launchers/pytorch-xla.ts';
import { rankVariables } from '../../../src/launchers/ranks/rank-variables.ts';
import { ranks } from '../../../src/launchers/ranks/ranks.ts';
import { multiWorker } from '../../../src/launchers/tensorflow/multi-worker.ts';
import { parameterServer } from '../../../src/launchers/tensorflow/parameter-server.ts';
import { torchrun } from '../../../src/launchers/torchrun.ts';
import { bareEnd } from '../../../src/process/process-end.ts';
import { StopControl } from '../../../src/process/stop-control.ts';
import { describeLaunch } from '../../support/launch.ts';

const HOSTS = ['algo-1', 'algo-2', 'algo-3'];

test('TF_CONFIG of the multi-worker strategy is written as Python writes it (C69)', async (t) => {
  const hyperparameters = { sagemaker_multi_worker_mirrored_strategy_enabled: 'true' };
  const { launcher, role, added } = multiWorker.plan(
    await describeLaunch(t, { hosts: HOSTS, currentHost: 'algo-2', hyperparameters }),
  );
  assert.deepEqual([launcher, role], ['process', 'single']);
  assert.deepEqual(added, {
    TF_CONFIG:
      '{"cluster": {"worker": ["algo-1:8890", "algo-2:8890", "algo-3:8890"]}, "environment": "cloud", "task": {"index": 1, "type": "worker"}}',
  });
});

test('a worker of the multi-worker strategy that fails is named with its host, unless it was stopped', async (t) => {
  const hyperparameters = { sagemaker_multi_worker_mirrored_strategy_enabled: 'true' };
  const description = await describeLaunch(t, { hosts: HOSTS, currentHost: 'algo-2', hyperparameters });
  const stop = new StopControl(() => undefined);
  const run = () =>
    multiWorker.run(description, { stop, supervise: async () => bareEnd(1) } as unknown as LaunchContext);
  assert.equal((await run()).note, 'worker 1 on algo-2 failed');
  stop.receive('SIGTERM');
  assert.equal((await run()).note, undefined);
});

test('TF_CONFIG with parameter servers has a master, and a server on every host (C69)', async (t) => {
  const hyperparameters = { sagemaker_parameter_server_enabled: 'true' };
  const config = async (currentHost: string, hosts: readonly string[] = HOSTS) =>
    parameterServer.plan(await describeLaunch(t, { hosts, currentHost, hyperparameters })).added['TF_CONFIG'];
  const cluster =
    '{"cluster": {"master": ["algo-1:2222"], "ps": ["algo-1:2223", "algo-2:2223", "algo-3:2223"], "worker": ["algo-2:2222", "algo-3:2222"]}, "environment": "cloud", ';
  assert.equal(await config('algo-1'), `${cluster}"task": {"index": 0, "type": "master"}}`);
  assert.equal(await config('algo-3'), `${cluster}"task": {"index": 1, "type": "worker"}}`);
  assert.equal(await config('algo-1', ['algo-1']), undefined, 'a single host has nothing to share');
});

test('torchrun takes Python scripts only, and names what else there is (C65)', async (t) => {
  for (const kind of ['python-package', 'command', 'typescript'] as const) {
    const description = await describeLaunch(t, { kind, variables: { SAGEMAKER_PROGRAM: 'go' } });
    assert.throws(() => torchrun.plan(description), {
      code: 'LAUNCHER_UNSUPPORTED',
      message: 'torchrun starts Python scripts only, and "go" is none',
      fix: /optml_launch=true/,
    });
  }
});

test('torchrun gets RDMA by the instance type, and compiles only for exactly "1" (C64, C65)', async (t) => {
  const plan = async (instanceType: string, compile: string) =>
    torchrun.plan(await describeLaunch(t, { instanceType, variables: { RUN_NEURON_PARALLEL_COMPILE: compile } }));
  const plain = await plan('ml.p5.48xlarge', 'true');
  assert.deepEqual(plain.added, { NCCL_SOCKET_IFNAME: 'eth0', NCCL_PROTO: 'simple', FI_PROVIDER: 'efa' });
  assert.equal(plain.command[0], 'torchrun');
  assert.equal((await plan('ml.trn1.32xlarge', '1')).command[0], 'neuron_parallel_compile');
});

test('PyTorch/XLA needs GPUs (C66)', async (t) => {
  const description = await describeLaunch(t, {});
  assert.throws(() => pytorchXla.plan(description), {
    code: 'LAUNCHER_UNSUPPORTED',
    message: /and this one has none$/,
  });
  const accelerators = { cpus: 1, gpus: 8, neurons: 0 };
  const one = await describeLaunch(t, { hosts: ['algo-1'] });
  const { command, added } = pytorchXla.plan({ ...one, environment: { ...one.environment, accelerators } });
  assert.deepEqual(command, ['python3', '-m', 'torch_xla.distributed.xla_spawn', '--num_gpus', '8', 'train.py']);
  assert.deepEqual(
    [added['XRT_MESH_SERVICE_ADDRESS'], added['XRT_WORKERS']],
    [undefined, 'localservice:0;algo-1:43857'],
  );
});

test('ranks are counted through all hosts, which need not run the same number', () => {
  const location = { layout: [2, 1, 3], masterHost: 'algo-1', masterPort: 7777 };
  assert.deepEqual(rankVariables({ ...location, nodeRank: 2, localRank: 1 }), {
    RANK: '4',
    LOCAL_RANK: '1',
    WORLD_SIZE: '6',
    LOCAL_WORLD_SIZE: '3',
    NODE_RANK: '2',
    MASTER_ADDR: 'algo-1',
    MASTER_PORT: '7777',
  });
});

test('rank launch takes any program, and its own port', async (t) => {
  const { launcher, role, command, added } = ranks.plan(
    await describeLaunch(t, {
      currentHost: 'algo-2',
      kind: 'typescript',
      command: ['node', 'train.ts'],
      hyperparameters: {
        optml_launch: 'true',
        optml_master_port: '9000',
        sagemaker_mpi_num_of_processes_per_host: '2',
        lr: '1',
      },
    }),
  );
  assert.deepEqual([launcher, role, command], ['ranks', 'single', ['node', 'train.ts', '--lr', '1']]);
  const { RANK, WORLD_SIZE, NODE_RANK, MASTER_ADDR, MASTER_PORT } = added;
  assert.deepEqual([RANK, WORLD_SIZE, NODE_RANK, MASTER_ADDR, MASTER_PORT], ['2', '4', '1', 'algo-1', '9000']);
});
