// Jobs of both SageMaker Python SDKs in containers, unchanged, with real PyTorch and Open MPI. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { outputOf } from '../programs/compare.ts';
import { filesOf, MODEL_TRAINER_JOBS, ranksOf } from '../programs/model-trainer-jobs.ts';
import { runSdkJob, seenByScript } from '../programs/sdk-jobs.ts';
import { PYTHON_PACKAGES } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';
import { removeImages, uniqueName } from './support/engine.ts';
import { IMAGES } from './support/images.ts';
import { buildPackagesImage, buildProgramImage, buildPythonMpiImage } from './support/sdk-images.ts';

const SOURCE = join(ROOT, 'test', 'fixtures', 'programs', 'sdk-jobs', 'src');

suite('ModelTrainer on the Python variant', () => {
  const sdk = 'sdk-v3';
  const image = IMAGES.python;

  for (const [title, check] of Object.entries(MODEL_TRAINER_JOBS)) test(title, (t) => check(t, { image }));

  test('a job without source runs the program of its image (C27)', async (t) => {
    const name = uniqueName('own-program');
    await buildProgramImage(t, { name, from: image, dir: SOURCE, program: 'train.py' });
    after(() => removeImages(name));
    const files = await filesOf(t, { sdk, image: name, name: 'no-source' });
    if (files !== undefined) assert.deepEqual(files['algo-1-0.json']?.data, ['housing.csv']);
  });
});

test('jobs of torchrun', async (t) => {
  const image = uniqueName('torch');
  after(() => removeImages(image));
  const requirements = PYTHON_PACKAGES.torch.slice(0, 1);
  if (!(await buildPackagesImage(t, { name: image, from: IMAGES.python, requirements }))) return;
  const twoHosts = { 'algo-1-0.json': 2, 'algo-2-1.json': 2 };

  await t.test('ModelTrainer starts ranks on one host', async (t) => {
    const ranks = await ranksOf(t, { sdk: 'sdk-v3', image, name: 'torchrun' });
    if (ranks !== undefined) assert.deepEqual(ranks, { 'algo-1-0.json': 2, 'algo-1-1.json': 2 });
  });
  for (const sdk of ['sdk-v2', 'sdk-v3'] as const) {
    await t.test(`a job of ${sdk} starts a rank on each of two hosts`, async (t) => {
      const ranks = await ranksOf(t, { sdk, image, name: 'torchrun-hosts' });
      if (ranks !== undefined) assert.deepEqual(ranks, twoHosts);
    });
  }
});

test('jobs of ModelTrainer with MPI', async (t) => {
  const images = [uniqueName('mpi'), uniqueName('mpi4py')] as const;
  after(() => removeImages(...images));
  const [from, image] = images;
  await buildPythonMpiImage(t, from);
  const requirements = PYTHON_PACKAGES['mpi-drivers'];
  if (!(await buildPackagesImage(t, { name: image, from, requirements }))) return;

  // Of two hosts its mpirun starts the ranks of one only (contract C92).
  for (const name of ['mpi', 'mpi-hosts']) {
    await t.test(`"${name}" starts two ranks`, async (t) => {
      const ranks = await ranksOf(t, { sdk: 'sdk-v3', image, name });
      if (ranks !== undefined) assert.deepEqual(ranks, { 'algo-1-0.json': 2, 'algo-1-1.json': 2 });
    });
  }
});

suite('estimators of the SDK 2 on the Python variant', () => {
  const sdk = 'sdk-v2';
  const image = IMAGES.python;

  for (const name of ['pytorch', 'sklearn', 'estimator']) {
    test(`the job "${name}" completes, and its script gets the hyperparameters with their types (C10)`, async (t) => {
      const files = await filesOf(t, { sdk, image, name });
      if (files === undefined) return;
      assert.deepEqual(Object.keys(files), ['algo-1-0.json']);
      const { epochs, opts, digits } = files['algo-1-0.json']?.hyperparameters ?? {};
      assert.deepEqual({ epochs, opts, digits }, { epochs: 3, opts: { a: 1, b: null }, digits: '123' });
    });
  }

  test('a job on spot instances is interrupted, and continues from its checkpoint', async (t) => {
    const job = await runSdkJob(t, { sdk, image, name: 'spot', args: ['--interrupt-after', '8'] });
    if (job === undefined) return;
    assert.deepEqual(Object.keys(await seenByScript(job)), ['algo-1-0.json']);
    assert.equal(job.end.stdout.split('waiting for the interruption').length, 2, outputOf(job));
  });
});
