// Jobs of built-in algorithms that are stopped. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { makeJob, type RunningJob, startTrain } from '../support/job.ts';

const HYPERPARAMETERS = {
  kmeans: { k: '2', feature_dim: '2' },
  'linear-learner': { predictor_type: 'regressor' },
  xgboost: { num_round: '3' },
};

/** Starts a job whose channel is a FIFO. Resolves when the algorithm reads it. */
async function startReading(
  t: TestContext,
  algorithm: keyof typeof HYPERPARAMETERS,
): Promise<{ readonly job: RunningJob; readonly fifo: FileHandle } | undefined> {
  const bin = pythonPackages(t, 'boosting');
  if (bin === undefined) return undefined;
  const train = {
    ContentType: 'text/csv',
    TrainingInputMode: 'Pipe',
    S3DistributionType: 'FullyReplicated',
    RecordWrapperType: 'None',
  };
  const base = makeJob(t, {
    hyperparameters: HYPERPARAMETERS[algorithm],
    inputDataConfig: { train },
    files: { 'input/data/.keep': '' },
  });
  const file = join(base, 'input', 'data', 'train_0');
  execFileSync('mkfifo', [file]);
  const job = startTrain(t, base, {
    PATH: `${bin}${delimiter}${process.env['PATH']}`,
    SAGEMAKER_TRAINING_MODULE: `optml/algorithms/${algorithm}:train`,
  });
  // Opens as soon as there is a reader.
  const fifo = await open(file, 'w');
  t.after(() => fifo.close());
  return { job, fifo };
}

for (const algorithm of ['kmeans', 'linear-learner', 'xgboost'] as const) {
  test(`${algorithm} that is stopped in its first pass ends without a failure, and reports that it has no model`, async (t) => {
    const started = await startReading(t, algorithm);
    if (started === undefined) return;
    const { job, fifo } = started;
    await fifo.write('1,2\n3,4\n');
    job.child.kill('SIGTERM');
    const { code, failure, stdout, stderr } = await job.ended;
    assert.equal(code, 0, stdout + stderr);
    assert.equal(failure, undefined);
    assert.match(stdout, /^WARNING: the job was stopped before there was a model: no model was saved$/m);
    assert.deepEqual(readdirSync(join(job.base, 'model')), []);
  });
}

test('a job that is not stopped reports nothing of a stop', async (t) => {
  const started = await startReading(t, 'kmeans');
  if (started === undefined) return;
  await started.fifo.write('1,2\n3,4\n5,6\n');
  await started.fifo.close();
  const { code, stdout, stderr } = await started.job.ended;
  assert.equal(code, 0, stdout + stderr);
  assert.doesNotMatch(stdout, /stopped/);
  assert.ok(existsSync(join(started.job.base, 'model', 'model.json')));
});
