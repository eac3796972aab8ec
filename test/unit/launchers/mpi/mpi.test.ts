import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mpi } from '../../../../src/launchers/mpi/mpi.ts';
import { smdistributed } from '../../../../src/launchers/mpi/smdistributed.ts';
import { describeLaunch, type LaunchSpec } from '../../../support/launch.ts';

const ON = { sagemaker_mpi_enabled: 'true' };

async function command(t: TestContext, spec: LaunchSpec, launcher = mpi): Promise<readonly string[]> {
  return launcher.plan(await describeLaunch(t, { ...spec, hyperparameters: { ...ON, ...spec.hyperparameters } }))
    .command;
}

const after = (list: readonly string[], name: string) =>
  list.flatMap((word, i) => (list[i - 1] === name ? [word] : []));

test('slots are counted out when there are several, and a total of its own overrides the product (C61, C63)', async (t) => {
  const plain = await command(t, {});
  assert.deepEqual([after(plain, '--host'), after(plain, '-np')], [['algo-1,algo-2'], ['2']]);
  const three = await command(t, {
    hyperparameters: { sagemaker_mpi_num_of_processes_per_host: '"3"', sagemaker_mpi_num_processes: '5' },
  });
  assert.deepEqual([after(three, '--host'), after(three, '-np')], [['algo-1:3,algo-2:3'], ['5']]);
  for (const nothing of ['0', '', 'null']) {
    const counts = { sagemaker_mpi_num_of_processes_per_host: nothing, sagemaker_mpi_num_processes: nothing };
    assert.deepEqual(after(await command(t, { hyperparameters: counts }), '-np'), ['2'], `"${nothing}" is not given`);
  }
});

test('a count that is none is refused by name', async (t) => {
  for (const value of ['-1', '2.5', 'many', 'true', '[2]']) {
    await assert.rejects(command(t, { hyperparameters: { sagemaker_mpi_num_of_processes_per_host: value } }), {
      code: 'HYPERPARAMETER_INVALID',
      where: 'input/config/hyperparameters.json, field sagemaker_mpi_num_of_processes_per_host',
    });
  }
});

test('NCCL_DEBUG is taken out of the options in both of its forms, the last counts, the rest keeps its order (C63)', async (t) => {
  const options = (text: string) => command(t, { hyperparameters: { sagemaker_mpi_custom_mpi_options: text } });
  const both = await options('  --NCCL_DEBUG WARN -x A=1\t--verbose --NCCL_DEBUG=TRACE  -mca b 2 ');
  assert.ok(after(both, '-x').includes('NCCL_DEBUG=TRACE'));
  const custom = both.slice(both.lastIndexOf('A=1') - 1, both.lastIndexOf('A=1') + 5);
  assert.deepEqual(custom, ['-x', 'A=1', '--verbose', '-mca', 'b', '2']);
  assert.ok(!both.some((word) => word.startsWith('--NCCL')));
  assert.ok(after(await options(''), '-x').includes('NCCL_DEBUG=INFO'));
  for (const text of ['--NCCL_DEBUG', '--NCCL_DEBUG --verbose']) {
    await assert.rejects(options(text), { code: 'HYPERPARAMETER_INVALID', message: '--NCCL_DEBUG has no value' });
  }
});

test('each variable is passed on once, and one with a value of ours is not passed on again without (C63, C68)', async (t) => {
  const variables = after(
    await command(t, { hyperparameters: { lr: '1' }, variables: { AWS_SESSION_TOKEN: 'x' } }),
    '-x',
  );
  const names = variables.map((word) => word.replace(/=.*/, ''));
  assert.deepEqual(names, [...new Set(names)]);
  for (const name of ['NCCL_SOCKET_IFNAME=eth0', 'SM_HP_LR', 'PYTHONPATH', 'MASTER_ADDR', 'AWS_SESSION_TOKEN']) {
    assert.ok(variables.includes(name), name);
  }
  assert.ok(!variables.includes('AWS_ACCESS_KEY_ID'), 'only credentials that are set');
});

test('what stands before the program is optml, then the program as it is', async (t) => {
  const tail = (list: readonly string[]) => list.slice(list.lastIndexOf('mpi-rank'));
  const spec = { hyperparameters: { note: 'a -- b' } };
  assert.deepEqual(tail(await command(t, spec)), [
    'mpi-rank',
    '--',
    'python3',
    '-m',
    'mpi4py',
    'train.py',
    '--note',
    'a -- b',
  ]);
  const module = await command(t, { ...spec, kind: 'python-package', command: ['python3', '-m', 'train'] });
  assert.deepEqual(tail(module), ['mpi-rank', '--', 'python3', '-m', 'mpi4py', '-m', 'train', '--note', 'a -- b']);
  const typescript = await command(t, { ...spec, kind: 'typescript', command: ['node', '--import', 'x', 'train.ts'] });
  assert.deepEqual(tail(typescript), ['mpi-rank', 'node', '--import', 'x', '--', 'train.ts', '--note', 'a -- b']);
  assert.deepEqual(tail(await command(t, { kind: 'command', command: ['/bin/sh', './go'] })), [
    'mpi-rank',
    '/bin/sh',
    '--',
    './go',
  ]);
});

test('a model-parallel job gets its own launcher only where that is installed and no backend is named (C63)', async (t) => {
  const model = (parameters: string, version?: string, programs = ['smddpmprun']) =>
    command(t, {
      hyperparameters: { mp_parameters: parameters },
      variables: version === undefined ? {} : { SM_DLC_TORCH_VERSION: version },
      programs,
    });
  const has = (list: readonly string[]) => [
    list.includes('NCCL_PROTO=simple'),
    list.includes('NCCL_ALGO=ring'),
    list.includes('smddpmprun'),
  ];
  assert.deepEqual(has(await model('{"partitions": 2}')), [false, false, true]);
  assert.deepEqual(has(await model('{"partitions": 2}', '1.13.1')), [true, false, true]);
  assert.deepEqual(has(await model('{"partitions": 2}', '2.0')), [true, true, true]);
  assert.deepEqual(has(await model('{"ddp_dist_backend": "nccl"}', '2.0')), [true, true, false]);
  assert.deepEqual(has(await model('{"ddp_dist_backend": "auto"}', '2.0', [])), [true, true, false]);
  assert.deepEqual(has(await model('{}', '2.0')), [false, false, false]);
});

test('smdistributed counts slots out on several hosts only, and tells where its server is (C70)', async (t) => {
  const count = { sagemaker_mpi_num_of_processes_per_host: '4' };
  const one = await command(t, { hosts: ['algo-1'], hyperparameters: count }, smdistributed);
  assert.deepEqual([after(one, '--host'), after(one, '-np')], [['algo-1'], ['4']]);
  assert.ok(one.includes('SMDATAPARALLEL_USE_SINGLENODE=1') && !one.join(' ').includes('SMDATAPARALLEL_SERVER'));
  const single = await command(t, { hyperparameters: { sagemaker_mpi_num_of_processes_per_host: '1' } }, smdistributed);
  assert.deepEqual(after(single, '--host'), ['algo-1:1,algo-2:1']);
  const typed = { ...count, sagemaker_instance_type: 'ml.p4d.24xlarge' };
  const two = await command(t, { hyperparameters: typed, programs: ['smddprun'] }, smdistributed);
  assert.deepEqual([after(two, '--host'), after(two, '-np')], [['algo-1:4,algo-2:4'], ['8']]);
  for (const word of [
    'SMDATAPARALLEL_USE_HOMOGENEOUS=1',
    'SMDATAPARALLEL_SERVER_ADDR=algo-1',
    'SMDATAPARALLEL_SERVER_PORT=7592',
    'SAGEMAKER_INSTANCE_TYPE=ml.p4d.24xlarge',
    'smddprun',
  ]) {
    assert.ok(two.includes(word), word);
  }
  assert.ok(!two.includes('FI_EFA_USE_DEVICE_RDMA=1'), 'EFA goes by the type of the host');
});

test('every host but the first of the distribution is a worker, whatever the order of the hosts (C60, C62)', async (t) => {
  const groups = [
    { instance_group_name: 'b', instance_type: 'x', hosts: ['algo-3', 'algo-1'] },
    { instance_group_name: 'a', instance_type: 'x', hosts: ['algo-2'] },
  ];
  const plan = async (currentHost: string) => {
    const resources = { instance_groups: groups, current_group_name: 'b' };
    const hosts = ['algo-1', 'algo-2', 'algo-3'];
    return mpi.plan(await describeLaunch(t, { hosts, currentHost, resources, hyperparameters: ON }));
  };
  const master = await plan('algo-3');
  assert.deepEqual([master.role, after(master.command, '--host')], ['master', ['algo-3,algo-1']]);
  const worker = await plan('algo-1');
  assert.deepEqual(
    [worker.role, worker.command],
    ['worker', ['/usr/sbin/sshd', '-D', '-e', '-o', 'UsePAM=no', '-o', 'PermitRootLogin=prohibit-password']],
  );
  assert.deepEqual(
    [master.scriptCommand, worker.scriptCommand],
    [undefined, master.command],
    'a failure names mpirun everywhere, not the SSH server',
  );
});
