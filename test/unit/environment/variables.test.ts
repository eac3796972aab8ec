import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { jobPaths } from '../../../src/contract/paths.ts';
import { readTrainingJob } from '../../../src/environment/read-training-job.ts';
import { hostRank, trainingVariables } from '../../../src/environment/variables.ts';
import { type JobSpec, makeJob, temporaryFolder } from '../../support/job.ts';

async function variablesOf(t: TestContext, spec: JobSpec, inherited: NodeJS.ProcessEnv = {}) {
  const base = makeJob(t, spec);
  const environment = await readTrainingJob(jobPaths(base), { HOME: base, ...inherited }, assert.fail);
  return { base, environment, variables: trainingVariables(environment) };
}

const CLUSTER = {
  current_host: 'algo-10',
  current_instance_type: 'ml.c5.xlarge',
  current_group_name: 'workers',
  hosts: ['algo-2', 'algo-10', 'algo-1'],
  network_interface_name: 'eth1',
  instance_groups: [
    { instance_group_name: 'workers', instance_type: 'ml.c5.xlarge', hosts: ['algo-10', 'algo-2'] },
    { instance_group_name: 'servers', instance_type: 'ml.m5.large', hosts: ['algo-1'] },
  ],
};

test('text is written bare, None as nothing, everything else as JSON', async (t) => {
  const { variables } = await variablesOf(t, {
    hyperparameters: {
      text: '"a b"',
      none: 'null',
      flag: 'true',
      lr: '1e-5',
      list: '[1, 1.0]',
      map: '{"b": 1, "a": "é"}',
    },
  });
  const of = (name: string) => variables.get(`SM_HP_${name}`);
  assert.deepEqual(['TEXT', 'NONE', 'FLAG', 'LR', 'LIST', 'MAP'].map(of), [
    'a b',
    '',
    'true',
    '1e-05',
    '[1,1.0]',
    '{"a":"\\u00e9","b":1}',
  ]);
});

test('a name is upper-cased; where it has a dash, the newer spelling is set too', async (t) => {
  const { variables } = await variablesOf(t, { hyperparameters: { 'batch-size': '1', 'straße.x': '2' } });
  assert.equal(variables.get('SM_HP_BATCH-SIZE'), '1');
  assert.equal(variables.get('SM_HP_BATCH_SIZE'), '1');
  assert.equal(variables.get('SM_HP_STRASSE.X'), '2');
});

test('a hyperparameter that is really called so wins over the newer spelling of another', async (t) => {
  const { variables } = await variablesOf(t, { hyperparameters: { 'batch-size': '1', batch_size: '2' } });
  assert.equal(variables.get('SM_HP_BATCH_SIZE'), '2');
  assert.equal(variables.get('SM_HP_BATCH-SIZE'), '1');
});

test('the user sees only his own hyperparameters (C22)', async (t) => {
  const { variables } = await variablesOf(t, {
    program: 'train.sh',
    hyperparameters: {
      epochs: '3',
      sagemaker_region: '"eu-west-1"',
      sagemaker_mpi_enabled: 'false',
      optml_package: 'never',
      _tuning_objective_metric: '"loss"',
      default_user_module_name: '"m"',
    },
  });
  assert.equal(variables.get('SM_HPS'), '{"epochs":3}');
  assert.equal(variables.get('SM_USER_ARGS'), '["--epochs","3"]');
  assert.equal(variables.get('SM_FRAMEWORK_PARAMS'), '{"sagemaker_mpi_enabled":false}');
  assert.equal(variables.get('SAGEMAKER_REGION'), 'eu-west-1');
  assert.deepEqual(
    [...variables.keys()].filter((name) => name.startsWith('SM_HP_')),
    ['SM_HP_EPOCHS'],
  );
});

test('the path of a channel is joined as os.path.join does (section 4)', async (t) => {
  const { base, variables } = await variablesOf(t, { inputDataConfig: { '/data': {}, '../x/./y/': {}, '': {} } });
  const data = join(base, 'input/data');
  const dirs = { '': `${data}/`, '../x/./y/': `${data}/../x/./y/`, '/data': '/data' };
  for (const [name, dir] of Object.entries(dirs)) assert.equal(variables.get(`SM_CHANNEL_${name.toUpperCase()}`), dir);
  const env = JSON.parse(variables.get('SM_TRAINING_ENV') ?? '') as { channel_input_dirs: unknown };
  assert.deepEqual(env.channel_input_dirs, dirs);
});

test('a region that is false in Python is empty; only an absent one has a default (section 4)', async (t) => {
  const region = async (hyperparameters: Record<string, string>) =>
    (await variablesOf(t, { hyperparameters }, { AWS_DEFAULT_REGION: 'us-west-2' })).variables.get('SAGEMAKER_REGION');
  assert.equal(await region({}), 'us-west-2');
  for (const sagemaker_region of ['null', '[]', '{}', 'false', '0', '0.0', '""', '']) {
    assert.equal(await region({ sagemaker_region }), '', sagemaker_region);
  }
  await assert.rejects(region({ sagemaker_region: '["us-west-2"]' }), { code: 'HYPERPARAMETER_INVALID' });
});

test('a log level and a sum of Neuron cores keep the type that they have in Python (section 4)', async (t) => {
  const bin = temporaryFolder(t);
  writeFileSync(join(bin, 'neuron-ls'), `#!/bin/sh\necho '[{"nc_count": 2.0}]'\n`, { mode: 0o755 });
  const spec = { hyperparameters: { sagemaker_container_log_level: 'true' } };
  const { variables } = await variablesOf(t, spec, { PATH: bin });
  assert.equal(variables.get('SM_LOG_LEVEL'), 'true');
  assert.equal(variables.get('SM_NUM_NEURONS'), '2.0');
  const env = variables.get('SM_TRAINING_ENV') ?? '';
  assert.ok(env.includes('"log_level":true,') && env.includes('"num_neurons":2.0,'), env);
});

test('a location of output that is false in Python is none (C56)', async (t) => {
  const location = async (sagemaker_s3_output: string) =>
    (await variablesOf(t, { hyperparameters: { sagemaker_s3_output } })).environment.s3Output;
  for (const text of ['false', '0', '[]', '{}', 'null', '""']) assert.equal(await location(text), null, text);
  assert.equal(await location('"s3://bucket/out"'), 's3://bucket/out');
  await assert.rejects(location('true'), { code: 'HYPERPARAMETER_INVALID' });
});

test('channels are sorted in the list, and each has its folder (C11)', async (t) => {
  const { base, variables } = await variablesOf(t, { inputDataConfig: { train: {}, Eval: {}, 'a.b-c': {} } });
  assert.equal(variables.get('SM_CHANNELS'), '["Eval","a.b-c","train"]');
  assert.equal(variables.get('SM_CHANNEL_TRAIN'), join(base, 'input/data/train'));
  assert.equal(variables.get('SM_CHANNEL_EVAL'), join(base, 'input/data/Eval'));
  assert.equal(variables.get('SM_CHANNEL_A.B-C'), join(base, 'input/data/a.b-c'));
});

test('hosts keep the order of the file, the rank is that of the names sorted as text (C12)', async (t) => {
  const { variables, environment } = await variablesOf(t, { resourceConfig: CLUSTER });
  assert.equal(variables.get('SM_HOSTS'), '["algo-2","algo-10","algo-1"]');
  assert.equal(variables.get('SM_CURRENT_HOST'), 'algo-10');
  assert.equal(variables.get('SM_CURRENT_HOST_RANK'), '1');
  assert.equal(hostRank(environment), 1);
  assert.equal(variables.get('SM_HOST_COUNT'), '3');
  assert.equal(variables.get('SM_NETWORK_INTERFACE_NAME'), 'eth1');
  assert.equal(variables.get('SM_MASTER_ADDR'), 'algo-2');
  assert.equal(variables.get('SM_MASTER_PORT'), '7777');
});

test('instance groups are given as names, as objects, and as the current one', async (t) => {
  const { variables } = await variablesOf(t, { resourceConfig: CLUSTER });
  assert.equal(variables.get('SM_INSTANCE_GROUPS'), '["workers","servers"]');
  assert.equal(variables.get('SM_CURRENT_INSTANCE_GROUP'), 'workers');
  assert.equal(variables.get('SM_CURRENT_INSTANCE_GROUP_HOSTS'), '["algo-10","algo-2"]');
  assert.equal(variables.get('SM_IS_HETERO'), 'true');
  assert.equal(
    variables.get('SM_INSTANCE_GROUPS_DICT'),
    '{"servers":{"hosts":["algo-1"],"instance_group_name":"servers","instance_type":"ml.m5.large"},"workers":{"hosts":["algo-10","algo-2"],"instance_group_name":"workers","instance_type":"ml.c5.xlarge"}}',
  );
  assert.equal(variables.get('SM_DISTRIBUTION_INSTANCE_GROUPS'), '[]');
});

test('what a resource configuration leaves out has its default (C12)', async (t) => {
  const { variables } = await variablesOf(t, {});
  const of = (name: string) => variables.get(name);
  assert.equal(of('SM_CURRENT_INSTANCE_TYPE'), 'local');
  assert.equal(of('SM_CURRENT_INSTANCE_GROUP'), 'homogeneousCluster');
  assert.equal(of('SM_NETWORK_INTERFACE_NAME'), 'eth0');
  assert.equal(of('SM_IS_HETERO'), 'false');
  assert.equal(of('SM_LOG_LEVEL'), '20');
  assert.equal(variables.has('SM_TOPOLOGY'), false, 'only when it is not empty');
  assert.equal(variables.has('MASTER_ADDR'), false, 'only where there is a cluster');
});

test('a topology is passed on as it stands', async (t) => {
  const topology = [{ hostName: 'algo-1', capacityUnitId: 'b' }];
  const { variables } = await variablesOf(t, { resourceConfig: { ...CLUSTER, topology } });
  assert.equal(variables.get('SM_TOPOLOGY'), '[{"capacityUnitId":"b","hostName":"algo-1"}]');
});

test('the variables of a cluster are set where the user has not set them (C68)', async (t) => {
  const { variables } = await variablesOf(t, { resourceConfig: CLUSTER }, { MASTER_PORT: '1234' });
  assert.equal(variables.get('MASTER_ADDR'), 'algo-2');
  assert.equal(variables.get('NCCL_SOCKET_IFNAME'), 'eth1');
  assert.equal(variables.has('MASTER_PORT'), false, 'what is inherited stays');
});

test('code/ is in front of the PYTHONPATH that was there', async (t) => {
  const { base, variables } = await variablesOf(t, {}, { PYTHONPATH: '/libs:/more' });
  assert.equal(variables.get('PYTHONPATH'), `${base}/code:/libs:/more`);
  assert.equal((await variablesOf(t, {})).variables.get('PYTHONPATH')?.endsWith('/code'), true);
});

test('SM_TRAINING_ENV holds names of its own', async (t) => {
  const { base, variables } = await variablesOf(
    t,
    { program: 'train.py', hyperparameters: { epochs: '3' }, resourceConfig: CLUSTER, inputDataConfig: { train: {} } },
    { TRAINING_JOB_NAME: 'job-1', SM_HP_MP_PARAMETERS: '{"ddp":1}' },
  );
  const whole = JSON.parse(variables.get('SM_TRAINING_ENV') ?? '') as Record<string, unknown>;
  assert.equal(whole['job_name'], 'job-1');
  assert.equal(whole['is_master'], false);
  assert.equal(whole['master_hostname'], 'algo-2');
  assert.equal(whole['is_modelparallel_enabled'], true);
  assert.deepEqual(whole['channel_input_dirs'], { train: join(base, 'input/data/train') });
  assert.deepEqual(whole['hyperparameters'], { epochs: 3 });
  assert.equal(whole['module_name'], 'train');
  assert.equal(whole['user_entry_point'], 'train.py');
  assert.deepEqual(Object.keys(whole), Object.keys(whole).sort());
});
