// Jobs of ModelTrainer of the SageMaker Python SDK 3, unchanged. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { whyNoMounts } from '../support/fakes.ts';
import { temporaryFolder } from '../support/job.ts';
import { withoutMpirun, withoutSshd } from '../support/mpi-skip.ts';
import { outputOf } from './compare.ts';
import { runSdkJob, type SdkJob, seenByScript } from './sdk-jobs.ts';

const skip = whyNoMounts();

async function filesOf(t: TestContext, name: string, options: Omit<SdkJob, 'sdk' | 'name'> = {}) {
  const job = await runSdkJob(t, { sdk: 'sdk-v3', name, ...options });
  return job && (await seenByScript(job));
}

test('a command gets its own arguments only, and hyperparameters as variables (C91)', { skip }, async (t) => {
  const files = await filesOf(t, 'command');
  const seen = files?.['algo-1-0.json'];
  if (files === undefined) return;
  assert.deepEqual([seen?.args, seen?.hyperparameters['epochs']], [['--epochs', '2'], 3]);
});

test('requirements are installed', { skip }, async (t) => {
  const files = await filesOf(t, 'requirements');
  if (files !== undefined) assert.equal(files['algo-1-0.json']?.isRequiredInstalled, true);
});

const RANK_JOBS = [
  { name: 'torchrun', packages: 'torch', ranks: { 'algo-1-0.json': 2, 'algo-1-1.json': 2 } },
  { name: 'torchrun-hosts', packages: 'torch', ranks: { 'algo-1-0.json': 2, 'algo-2-1.json': 2 } },
  { name: 'mpi', packages: 'mpi-drivers', ranks: { 'algo-1-0.json': 2, 'algo-1-1.json': 2 }, lack: withoutMpirun() },
  {
    name: 'mpi-hosts',
    packages: 'mpi-drivers',
    // The keys of SSH.
    variables: { HOME: homedir() },
    // Its mpirun starts the ranks of one host only (contract C92).
    ranks: { 'algo-1-0.json': 2, 'algo-1-1.json': 2 },
    lack: withoutMpirun() || withoutSshd(),
  },
  { name: 'hosts', ranks: { 'algo-1-0.json': 1, 'algo-2-0.json': 1 } },
] as const;

for (const { name, ranks: expected, ...options } of RANK_JOBS) {
  const lack = 'lack' in options && options.lack;
  test(`each rank of the job "${name}" saves its part of the model`, { skip: skip || lack }, async (t) => {
    const files = await filesOf(t, name, options);
    if (files === undefined) return;
    assert.deepEqual(Object.fromEntries(Object.entries(files).map(([file, { ranks }]) => [file, ranks])), expected);
  });
}

test('a job without source runs the program of its image', { skip }, async (t) => {
  const files = await filesOf(t, 'no-source', { args: ['--image', 'file://./src', '--program', 'train.py'] });
  if (files !== undefined) assert.deepEqual(files['algo-1-0.json']?.data, ['housing.csv']);
});

test('a quote in a hyperparameter fails the job, with the error of the shell in its log (C92)', { skip }, async (t) => {
  const job = await runSdkJob(t, { sdk: 'sdk-v3', name: 'quote' });
  if (job === undefined) return;
  assert.notEqual(job.end.code, 0);
  assert.match(outputOf(job), /sm_training\.env: line \d+: unexpected EOF while looking for matching/);
});

test('on an image without Python the job ends with a sentence that names the Python variant (C27)', {
  skip,
}, async (t) => {
  const job = await runSdkJob(t, { sdk: 'sdk-v3', name: 'entry', variables: { PATH: pathWithoutPython(t) } });
  if (job === undefined) return;
  assert.equal(job.end.code, 1);
  assert.match(job.end.stderr, /algo-1 needs Python and pip.*: use the Python variant of the optml image/);
});

function pathWithoutPython(t: TestContext): string {
  const bin = temporaryFolder(t);
  const others = readdirSync('/usr/bin').filter((name) => !/^(?:python|pip)/.test(name));
  for (const name of others) symlinkSync(join('/usr/bin', name), join(bin, name));
  return bin;
}
