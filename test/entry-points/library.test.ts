import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeFiles } from '../support/fakes.ts';
import { makeJob, ROOT, runJob, startTrain, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const VIEW = `import { trainingEnvironment, modelPath, outputDataPath, checkpointPath, channelPath } from 'optml';
const e = trainingEnvironment();
modelPath('a', 'model.bin'); outputDataPath('report.txt'); checkpointPath();
console.log(JSON.stringify({ ...e, channelPath: channelPath('training', 'x.csv') }, (_, v) => typeof v === 'bigint' ? v + 'n' : v));
`;

test('in a job the library shows what train set', async (t) => {
  const spec = {
    program: 'train.mjs',
    hyperparameters: {
      epochs: '3',
      big: '9007199254740993',
      exact: '9007199254740991',
      rate: '1e-05',
      name: 'plain',
      list: '[1, 18446744073709551615]',
    },
    resourceConfig: {
      current_host: 'b',
      current_instance_type: 'ml.m5.large',
      hosts: ['c', 'b', 'a'],
      network_interface_name: 'eth1',
    },
    inputDataConfig: { validation: {}, training: {} },
    files: { 'code/train.mjs': VIEW },
  };
  const result = await runJob(t, spec, { SM_STUDIO_LOCAL_MODE: 'true', TRAINING_JOB_NAME: 'job-1' });
  assert.equal(result.code, 0, result.stderr);
  const { base } = result;
  const { numCpus, ...seen } = JSON.parse(result.stdout) as Record<string, unknown>;
  assert.equal(Number(numCpus) >= 1, true);
  assert.deepEqual(seen, {
    isTrainingJob: true,
    jobName: 'job-1',
    modelDir: `${base}/model`,
    outputDataDir: `${base}/output/data`,
    outputIntermediateDir: `${base}/output/intermediate`,
    checkpointDir: `${base}/checkpoints`,
    channels: { training: `${base}/input/data/training`, validation: `${base}/input/data/validation` },
    hyperparameters: {
      epochs: 3,
      big: '9007199254740993n',
      exact: 9007199254740991,
      rate: 0.00001,
      name: 'plain',
      list: [1, '18446744073709551615n'],
    },
    hosts: ['c', 'b', 'a'],
    currentHost: 'b',
    hostRank: 1,
    masterHost: 'c',
    isMaster: false,
    networkInterface: 'eth1',
    instanceType: 'ml.m5.large',
    instanceGroup: 'homogeneousCluster',
    numGpus: 0,
    numNeurons: 0,
    logLevel: 20,
    channelPath: `${base}/input/data/training/x.csv`,
  });
  assert.equal(existsSync(join(base, 'model/a')), true);
  assert.equal(existsSync(join(base, 'checkpoints')), true);
  assert.equal(existsSync(join(base, 'input/data/training')), false);
});

test('in a job an unknown channel is an error that names those that there are', async (t) => {
  const files = {
    'code/train.mjs': "import { trainingEnvironment } from 'optml'; trainingEnvironment().channelDir('trainin');",
  };
  const result = await runJob(t, { program: 'train.mjs', inputDataConfig: { training: {} }, files });
  assert.match(result.failure ?? '', /ErrorMessage "Error: The job has no channel "trainin"; it has training\. Add it/);
});

function runByHand(t: TestContext, text: string, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) {
  const dir = temporaryFolder(t);
  const library = `file://${join(ROOT, 'dist/index.js')}`;
  writeFiles(dir, {
    'train.mjs': text
      .replaceAll("'optml'", `'${library}'`)
      .replaceAll("'optml/training'", `'file://${join(ROOT, 'dist/training/index.js')}'`),
  });
  const command = [process.execPath, 'train.mjs', ...args];
  return runWords(t, command, { cwd: dir, variables }).then((result) => ({ dir, ...result }));
}

test('by hand the folders lie below ./ml, made on first use and named once', async (t) => {
  const text = `import { trainingEnvironment } from 'optml';
import { modelPath } from 'optml/training';
const e = trainingEnvironment();
console.log(e.isTrainingJob, e.hosts.length, e.isMaster, e.hostRank, Object.keys(e.channels).length);
console.log(e.modelDir === trainingEnvironment().modelDir, modelPath('a', 'b.bin'));
console.log(e.channelDir('training'));
`;
  const result = await runByHand(t, text);
  assert.equal(result.code, 0, result.stderr);
  assert.equal(
    result.stdout,
    `false 1 true 0 0\ntrue ${result.dir}/ml/model/a/b.bin\n${result.dir}/ml/input/data/training\n`,
  );
  assert.equal(
    result.stderr,
    `optml: not started by train, using ${result.dir}/ml/model\noptml: not started by train, using ${result.dir}/ml/input/data/training\n`,
  );
  assert.deepEqual(readdirSync(join(result.dir, 'ml')).sort(), ['input', 'model']);
});

test('by hand the channels are the folders below ml/input/data, and nothing is made or said', async (t) => {
  const text = `import { writeFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { trainingEnvironment } from 'optml';
for (const name of ['validation', 'Training']) mkdirSync('ml/input/data/' + name, { recursive: true });
symlinkSync('/tmp', 'ml/input/data/linked');
writeFileSync('ml/input/data/training-manifest', '');
const { channels, channelDir } = trainingEnvironment();
console.log(JSON.stringify(channels));
console.log(channelDir('validation'));
`;
  const result = await runByHand(t, text, [], { SM_CHANNEL_TEST: '/data/test' });
  assert.equal(result.code, 0, result.stderr);
  const dir = `${result.dir}/ml/input/data`;
  const channels = {
    Training: `${dir}/Training`,
    linked: `${dir}/linked`,
    test: '/data/test',
    validation: `${dir}/validation`,
  };
  assert.equal(result.stdout, `${JSON.stringify(channels)}\n${dir}/validation\n`);
  assert.equal(result.stderr, '');
});

test('a script that a container starts itself saves to the folders of the job that lies there (C3)', async (t) => {
  const base = makeJob(t, { files: { 'input/data/training/x.csv': '1\n' } });
  const text = `import { channelPath, checkpointPath, modelPath, outputDataPath } from 'optml';
console.log(channelPath('training', 'x.csv'), modelPath('m'), outputDataPath('o'), checkpointPath('c'));
`;
  const result = await runByHand(t, text, [], { SAGEMAKER_BASE_DIR: base });
  assert.equal(result.code, 0, result.stderr);
  const expected = ['input/data/training/x.csv', 'model/m', 'output/data/o', 'checkpoints/c'];
  assert.equal(result.stdout, `${expected.map((path) => join(base, path)).join(' ')}\n`);
  assert.match(result.stderr, new RegExp(`^optml: not started by train, using ${base}/model$`, 'm'));
  assert.deepEqual(readdirSync(result.dir), ['train.mjs']);
});

test('by hand nothing is made or said by a script that asks for no folder', async (t) => {
  const result = await runByHand(
    t,
    "import { trainingEnvironment, onStop } from 'optml'; onStop(() => {}); trainingEnvironment().hosts;",
  );
  assert.equal(result.code, 0);
  assert.equal(result.stderr, '');
  assert.equal(existsSync(join(result.dir, 'ml')), false);
});

test("by hand the hyperparameters are the script's own arguments", async (t) => {
  const text =
    "import { hyperparameters } from 'optml'; console.log(JSON.stringify(hyperparameters(), (_, v) => typeof v === 'bigint' ? v + 'n' : v));";
  const args = [
    '--epochs',
    '3',
    '--lr=-0.5',
    '--shift',
    '-2',
    '-x',
    '1',
    '--big',
    '9007199254740993',
    '--name',
    'a b',
    '--verbose',
    '--last',
  ];
  const result = await runByHand(t, text, args);
  assert.equal(
    result.stdout,
    '{"epochs":3,"lr":-0.5,"shift":-2,"x":1,"big":"9007199254740993n","name":"a b","verbose":true,"last":true}\n',
  );
});

const STOP = `import { onStop, checkpointPath } from 'optml';
import { writeFileSync } from 'node:fs';
const timer = setInterval(() => {}, 1000);
const off = onStop(() => console.log('never'));
onStop(async (seconds) => {
  writeFileSync(checkpointPath('last.json'), JSON.stringify({ seconds }));
  onStop(() => console.log('late'));
  clearInterval(timer);
});
off();
console.log('ready');
`;

for (const [grace, low, high] of [
  ['40', 30, 40],
  ['110', 100, 110],
] as const) {
  test(`onStop is called with the seconds that are left of ${grace}, and what it saves is kept (C57)`, async (t) => {
    const base = makeJob(t, { program: 'train.mjs', files: { 'code/train.mjs': STOP } });
    const job = startTrain(t, base, { OPTML_STOP_GRACE_SECONDS: grace });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'ready\nlate\n');
    const { seconds } = JSON.parse(readFileSync(join(base, 'checkpoints/last.json'), 'utf8')) as { seconds: number };
    assert.equal(seconds > low && seconds <= high && Number.isInteger(seconds), true, String(seconds));
  });
}

test('an error in a stop callback is an error of the program', async (t) => {
  const text =
    "import { onStop } from 'optml'; setInterval(() => {}, 1000); onStop(() => { throw new Error('disk gone'); }); console.log('ready');";
  const job = startTrain(t, makeJob(t, { program: 'train.mjs', files: { 'code/train.mjs': text } }));
  await job.seen('ready');
  job.child.kill('SIGTERM');
  const result = await job.ended;
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /disk gone/);
});
