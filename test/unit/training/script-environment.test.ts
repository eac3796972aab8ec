import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, type TestContext, test } from 'node:test';
import { checkpointPath, trainingEnvironment } from '../../../src/training/index.ts';

const before = { ...process.env };

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

test('the environment is read-only: members, lists and channels', () => {
  Object.assign(process.env, {
    SM_MODEL_DIR: tmpdir(),
    SM_HOSTS: '["a","b"]',
    SM_CHANNELS: '["x"]',
    SM_CHANNEL_X: '/x',
  });
  const environment = trainingEnvironment() as unknown as Record<string, unknown>;
  assert.throws(() => {
    environment['modelDir'] = '/other';
  }, /TypeError: The training environment is read-only: cannot change "modelDir"/);
  assert.throws(() => delete environment['hosts'], TypeError);
  assert.throws(() => Object.defineProperty(environment, 'hosts', { value: [] }), TypeError);
  assert.throws(() => (environment['hosts'] as string[]).push('c'), TypeError);
  assert.throws(() => {
    (environment['channels'] as Record<string, string>)['x'] = '/y';
  }, TypeError);
  assert.deepEqual(trainingEnvironment().hosts, ['a', 'b']);
});

test('in a job a folder exists when it is asked for', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'optml-test-'));
  t.after(() => rmSync(base, { recursive: true }));
  Object.assign(process.env, { SAGEMAKER_BASE_DIR: base, SM_MODEL_DIR: join(base, 'model') });
  const { modelDir, checkpointDir } = trainingEnvironment();
  assert.equal(modelDir, join(base, 'model'));
  assert.equal(checkpointDir, join(base, 'checkpoints'));
  assert.equal(existsSync(modelDir) && existsSync(checkpointDir), true);
});

/** A base directory whose checkpoint configuration has a `LocalPath`. */
function baseWith(t: TestContext, localPath: (base: string) => string): string {
  const base = mkdtempSync(join(tmpdir(), 'optml-test-'));
  t.after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, 'input', 'config'), { recursive: true });
  const config = JSON.stringify({ LocalPath: localPath(base) });
  writeFileSync(join(base, 'input', 'config', 'checkpointconfig.json'), config);
  return base;
}

const LOCAL_PATHS = [
  { localPath: () => '/opt/ml/checkpoints', found: 'checkpoints' },
  { localPath: () => '/opt//ml/./my/place/', found: 'my/place' },
  { localPath: (base: string) => `${base}/mine/`, found: 'mine' },
  { localPath: (base: string) => `${base}/../${base.split('/').at(-1)}/mine`, found: 'mine' },
];

for (const { localPath, found } of LOCAL_PATHS) {
  for (const isByTrain of [true, false]) {
    const start = isByTrain ? 'in a job' : 'by hand';
    test(`${start} checkpoints with the LocalPath ${localPath('/base')} are below the base directory (C8)`, (t) => {
      const base = baseWith(t, localPath);
      process.env['SAGEMAKER_BASE_DIR'] = `${base}/`;
      if (isByTrain) process.env['SM_MODEL_DIR'] = join(base, 'model');
      assert.equal(checkpointPath('state.json'), join(base, found, 'state.json'));
      assert.equal(existsSync(join(base, found)), true);
    });
  }
}

test('a LocalPath outside of /opt/ml is used as it is', (t) => {
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'optml-test-')), 'place');
  t.after(() => rmSync(join(elsewhere, '..'), { recursive: true }));
  process.env['SAGEMAKER_BASE_DIR'] = baseWith(t, () => elsewhere);
  assert.equal(checkpointPath('state.json'), join(elsewhere, 'state.json'));
});

test('by hand the variable of a single channel is enough', () => {
  process.env['SM_CHANNEL_TRAINING'] = '/data/training';
  const environment = trainingEnvironment();
  assert.equal(environment.isTrainingJob, false);
  assert.equal(environment.channelDir('training'), '/data/training');
});

test("this host's rank is its place among the hosts sorted by name", () => {
  Object.assign(process.env, { SM_HOSTS: '["algo-2","algo-10","algo-1"]', SM_CURRENT_HOST: 'algo-2' });
  const environment = trainingEnvironment();
  assert.equal(environment.hostRank, 2);
  assert.equal(environment.masterHost, 'algo-2');
  assert.equal(environment.isMaster, true);
});
