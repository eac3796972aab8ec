// Needs a fresh `npm run build`.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const EXAMPLES = join(ROOT, 'examples', 'algorithms');

/** Runs an example, with the name of AWS's image, and returns the last values of its metrics. */
async function metricsOf(t: TestContext, name: string, path = process.env['PATH']) {
  const dir = join(temporaryFolder(t), name);
  cpSync(join(EXAMPLES, name), dir, { recursive: true });
  const command = [process.execPath, join(ROOT, 'dist', 'bin', 'optml.cjs'), 'run', 'job.json', '--engine', 'process'];
  const { code, stdout, stderr } = await runWords(t, command, {
    cwd: dir,
    variables: { HOME: dir, PATH: path, OPTML_HOME: join(dir, 'home') },
  });
  assert.equal(code, 0, stdout + stderr);
  assert.ok(existsSync(join(dir, 'output', `${name}-example`, 'output', 'model.tar.gz')));
  const record = JSON.parse(readFileSync(join(dir, 'home', 'jobs', `${name}-example`, 'job.json'), 'utf8'));
  const metrics = record.FinalMetricDataList as readonly { readonly MetricName: string; readonly Value: number }[];
  return new Map(metrics.map(({ MetricName, Value }) => [MetricName, Value]));
}

test('the example of k-means groups wines', async (t) => {
  const metrics = await metricsOf(t, 'kmeans');
  // The 13 features have a variance of 1 each. scikit-learn's KMeans: 7.2 for the training rows.
  assert.ok(Number(metrics.get('train:msd')) < 7.6, String(metrics.get('train:msd')));
  assert.ok(Number(metrics.get('test:msd')) < 10, String(metrics.get('test:msd')));
});

test('the example of the linear learner predicts the progression of diabetes', async (t) => {
  const metrics = await metricsOf(t, 'linear-learner');
  // The mean of the labels alone: 5,900.
  assert.ok(Number(metrics.get('test:mse')) < 3500, String(metrics.get('test:mse')));
});

test('the example of XGBoost finds benign tumors', async (t) => {
  const bin = pythonPackages(t, 'boosting');
  if (bin === undefined) return;
  const metrics = await metricsOf(t, 'xgboost', `${bin}${delimiter}${process.env['PATH']}`);
  assert.ok(Number(metrics.get('validation:auc')) > 0.95, String(metrics.get('validation:auc')));
});
