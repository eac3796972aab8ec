import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceConfig } from '../../../src/config/resource-config.ts';
import { resolveDistribution as resolveAll } from '../../../src/environment/distribution.ts';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';

const group = (name: string, hosts: readonly string[] | undefined) => ({ name, hosts, raw: new Map() as JsonObject });

function resources(groups: ResourceConfig['instanceGroups']): ResourceConfig {
  return {
    file: 'resourceconfig.json',
    currentHost: 'algo-1',
    hosts: ['algo-1', 'algo-2', 'algo-3'],
    instanceGroups: groups,
    raw: new Map(),
  };
}

const resolveDistribution = (given: JsonObject, config: ResourceConfig, currentGroup: JsonValue) =>
  resolveAll(given, config, currentGroup, false);

const GROUPS = [group('b', ['algo-3', 'algo-2']), group('a', ['algo-1'])];
const parameters = (values: Readonly<Record<string, JsonValue>>): JsonObject => new Map(Object.entries(values));

test('without a switch there are no groups and no hosts, and the first host of the job leads (C60)', () => {
  const off = resolveDistribution(parameters({ sagemaker_mpi_enabled: false }), resources(GROUPS), 'a');
  assert.deepEqual(off, { instanceGroups: [], hosts: [], masterHost: 'algo-1', launcher: 'process' });
});

test('a switch that is true in the sense of Python turns it on for the current group (C60)', () => {
  for (const value of [true, 1n, 'false', [null]] satisfies JsonValue[]) {
    const on = resolveDistribution(parameters({ sagemaker_torch_distributed_enabled: value }), resources(GROUPS), 'b');
    assert.deepEqual(on, {
      instanceGroups: ['b'],
      hosts: ['algo-3', 'algo-2'],
      masterHost: 'algo-3',
      launcher: 'process',
    });
  }
  for (const value of [false, 0n, '', null, []] satisfies JsonValue[]) {
    assert.deepEqual(
      resolveDistribution(parameters({ sagemaker_mpi_enabled: value }), resources(GROUPS), 'b').hosts,
      [],
    );
  }
});

test('groups that are given count, in the order of the file, whatever their order in the list (C60)', () => {
  const given = parameters({ sagemaker_distribution_instance_groups: ['a', 'b'] });
  assert.deepEqual(resolveDistribution(given, resources(GROUPS), 'a').hosts, ['algo-3', 'algo-2', 'algo-1']);
});

test('without groups in the file all hosts take part', () => {
  assert.deepEqual(resolveDistribution(parameters({}), resources([]), 'a').hosts, ['algo-1', 'algo-2', 'algo-3']);
});

test('membership is that of Python: part of a text, name of an object', () => {
  const hosts = (value: JsonValue) =>
    resolveDistribution(parameters({ sagemaker_distribution_instance_groups: value }), resources(GROUPS), 'a').hosts;
  assert.deepEqual(hosts('xbx'), ['algo-3', 'algo-2']);
  assert.deepEqual(hosts(new Map([['a', null]])), ['algo-1']);
  assert.throws(() => hosts(5n), {
    code: 'HYPERPARAMETER_INVALID',
    message: /to be a list of instance group names, got a number$/,
  });
});

test('a group that takes part needs its hosts', () => {
  const on = parameters({ sagemaker_mpi_enabled: true });
  assert.throws(() => resolveDistribution(on, resources([group('z', []), group('a', undefined)]), 'a'), {
    code: 'CONFIG_SHAPE',
    where: 'resourceconfig.json, field instance_groups[1].hosts',
  });
});

test('the launcher is the first that is asked for, on hosts that take part (C68)', () => {
  const launcher = (values: Readonly<Record<string, JsonValue>>, group: string, isRankLaunch = false) =>
    resolveAll(parameters(values), resources(GROUPS), group, isRankLaunch).launcher;
  const all = {
    sagemaker_pytorch_xla_multi_worker_enabled: true,
    sagemaker_torch_distributed_enabled: true,
    sagemaker_pytorch_ddp_enabled: true,
    sagemaker_mpi_enabled: true,
  };
  assert.equal(launcher(all, 'a'), 'mpi');
  assert.equal(launcher({ ...all, sagemaker_mpi_enabled: false }, 'a'), 'smdistributed');
  assert.equal(
    launcher({ sagemaker_distributed_dataparallel_enabled: true, sagemaker_torch_distributed_enabled: true }, 'a'),
    'torchrun',
  );
  assert.equal(
    launcher({ sagemaker_parameter_server_enabled: true, sagemaker_multi_worker_mirrored_strategy_enabled: true }, 'a'),
    'parameter-server',
  );
  assert.equal(launcher(all, 'b'), 'process', 'another group than that of this host');
  assert.equal(launcher({ ...all, sagemaker_distribution_instance_groups: ['a', 'b'] }, 'b'), 'mpi');
  assert.equal(
    launcher({ sagemaker_distribution_instance_groups: ['a'] }, 'a'),
    'process',
    'groups alone start nothing',
  );
});

test('rank launch comes after all others and turns distribution on by itself', () => {
  const on = resolveAll(parameters({}), resources(GROUPS), 'a', true);
  assert.deepEqual(on, { instanceGroups: ['a'], hosts: ['algo-1'], masterHost: 'algo-1', launcher: 'ranks' });
  assert.equal(resolveAll(parameters({ sagemaker_mpi_enabled: true }), resources(GROUPS), 'a', true).launcher, 'mpi');
});
