// Jobs of ModelTrainer of the SageMaker Python SDK 3, unchanged. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/job.ts';
import { withoutMpirun, withoutSshServer } from '../support/mpi-skip.ts';
import { rootWithKey } from '../support/root-with-key.ts';
import { whyNoNamespaces } from '../support/why-no-namespaces.ts';
import { checkMissingPython, filesOf, MODEL_TRAINER_JOBS, ranksOf } from './model-trainer-jobs.ts';

const skip = whyNoNamespaces();
const IS_ROOT = process.geteuid?.() === 0;

for (const [title, check] of Object.entries(MODEL_TRAINER_JOBS)) test(title, { skip }, (t) => check(t, {}));

const RANK_JOBS = [
  { name: 'torchrun', packages: 'torch', ranks: { 'algo-1-0.json': 2, 'algo-1-1.json': 2 } },
  { name: 'torchrun-hosts', packages: 'torch', ranks: { 'algo-1-0.json': 2, 'algo-2-1.json': 2 } },
  { name: 'mpi', packages: 'mpi-drivers', ranks: { 'algo-1-0.json': 2, 'algo-1-1.json': 2 }, lack: withoutMpirun() },
] as const;

for (const { name, ranks: expected, ...options } of RANK_JOBS) {
  const lack = 'lack' in options && options.lack;
  test(`each rank of the job "${name}" saves its part of the model`, { skip: skip || lack }, async (t) => {
    const ranks = await ranksOf(t, { sdk: 'sdk-v3', name, ...options });
    if (ranks !== undefined) assert.deepEqual(ranks, expected);
  });
}

const LACK_OF_SSH = withoutMpirun() || withoutSshServer() || (!IS_ROOT && 'the drivers start the SSH server as root');

test('MPI on two hosts starts the ranks of one host (C92)', { skip: skip || LACK_OF_SSH }, async (t) => {
  const { home, under } = rootWithKey(t);
  const place = { packages: 'mpi-drivers', variables: { HOME: home }, under } as const;
  const ranks = await ranksOf(t, { sdk: 'sdk-v3', name: 'mpi-hosts', ...place });
  if (ranks !== undefined) assert.deepEqual(ranks, { 'algo-1-0.json': 2, 'algo-1-1.json': 2 });
});

test('a job without source runs the program of its image', { skip }, async (t) => {
  const files = await filesOf(t, {
    sdk: 'sdk-v3',
    name: 'no-source',
    args: ['--image', 'file://./src', '--program', 'train.py'],
  });
  if (files !== undefined) assert.deepEqual(files['algo-1-0.json']?.data, ['housing.csv']);
});

test('without Python the job ends with a sentence that names the Python variant (C27)', { skip }, (t) =>
  checkMissingPython(t, { variables: { PATH: pathWithoutPython(t) } }),
);

function pathWithoutPython(t: TestContext): string {
  const bin = temporaryFolder(t);
  const others = readdirSync('/usr/bin').filter((name) => !/^(?:python|pip)/.test(name));
  for (const name of others) symlinkSync(join('/usr/bin', name), join(bin, name));
  return bin;
}
