// Needs a fresh `npm run build`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../src/algorithms/numeric/random.ts';
import { csv, runAlgorithm } from '../support/algorithms/run-algorithm.ts';

const random = randomFrom(1);
const around = (center: readonly number[], count: number) =>
  Array.from({ length: count }, () => center.map((value) => value + random.normal()));
const CENTERS = [
  [0, 0],
  [20, 0],
  [0, 20],
];
const metricOf = (output: string, name: string) =>
  Number(output.match(new RegExp(`#quality_metric: host=algo-1, ${name}=(\\S+)`))?.[1]);

test('kmeans finds the groups of its rows, and reports the metrics of AWS', async (t) => {
  const rows = CENTERS.flatMap((center) => around(center, 100));
  const job = {
    algorithm: 'kmeans',
    hyperparameters: { k: '3', feature_dim: '2', eval_metrics: '["msd","ssd"]', force_dense: 'True' },
    files: { 'train/rows.csv': csv(rows), 'test/rows.csv': csv(CENTERS) },
  } as const;
  const { code, output, model } = await runAlgorithm(t, job);
  assert.equal(code, 0, output);
  const centers = model()['centers'] as number[][];
  for (const [x = 0, y = 0] of CENTERS) {
    assert.ok(centers.some((center) => Math.hypot((center[0] ?? 0) - x, (center[1] ?? 0) - y) < 0.5));
  }
  assert.ok(Math.abs(metricOf(output, 'train msd <loss>') - 2) < 0.4);
  const msd = metricOf(output, 'test msd <loss>');
  assert.ok(Math.abs(metricOf(output, 'test ssd <loss>') - 3 * msd) < 1e-9);
  assert.match(output, /#progress_metric: host=algo-1, completed 100 % of epochs/);
  assert.match(output, /shrinking 30 centers into 3/);
});

test('the same seed gives the same model, another seed another one', async (t) => {
  const rows = around([0, 0, 0], 200);
  const run = async (seed: number) => {
    const hyperparameters = { k: '5', feature_dim: '3', extra_center_factor: '1' };
    const files = { 'train/rows.csv': csv(rows) };
    return (await runAlgorithm(t, { algorithm: 'kmeans', hyperparameters, files, seed })).model();
  };
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test('linear-learner finds the weights of a regression, in the unit of the data', async (t) => {
  const rows = around([5, -300], 400).map(([x = 0, y = 0]) => [3 * x - 2 * y + 7, x, y]);
  const hyperparameters = { predictor_type: 'regressor', epochs: '60', mini_batch_size: '50', wd: '0', l1: '0' };
  const files = { 'train/rows.csv': csv(rows), 'validation/rows.csv': csv(rows.slice(0, 50)) };
  const { code, output, model } = await runAlgorithm(t, { algorithm: 'linear-learner', hyperparameters, files });
  assert.equal(code, 0, output);
  const [[first = 0, second = 0] = []] = model()['weights'] as number[][];
  assert.ok(Math.abs(first - 3) < 0.02 && Math.abs(second + 2) < 0.02, `${first}, ${second}`);
  assert.match(output, /#quality_metric: host=algo-1, epoch=0, validation mse_objective <loss>=/);
  assert.ok(metricOf(output, 'validation mse <loss>') < 0.01);
});

test('linear-learner stops early, and keeps the best model', async (t) => {
  const rows = around([0, 0], 200).map(([x = 0, y = 0]) => [x > y ? 1 : 0, x, y]);
  const hyperparameters = {
    predictor_type: 'binary_classifier',
    epochs: '500',
    early_stopping_patience: '2',
    early_stopping_tolerance: '0.05',
    binary_classifier_model_selection_criteria: 'loss_function',
  };
  const files = { 'train/rows.csv': csv(rows), 'test/rows.csv': csv(rows) };
  const { code, output } = await runAlgorithm(t, { algorithm: 'linear-learner', hyperparameters, files });
  assert.equal(code, 0, output);
  assert.match(output, /Early stopping condition met/);
  assert.ok(metricOf(output, 'test binary_classification_accuracy <score>') > 0.95);
});

test('linear-learner tells three classes apart, and reports the metrics of AWS', async (t) => {
  const rows = CENTERS.flatMap((center, label) => around(center, 60).map((row) => [label, ...row]));
  const hyperparameters = { predictor_type: 'multiclass_classifier', num_classes: '3', mini_batch_size: '30' };
  const files = { 'train/rows.csv': csv(rows), 'test/rows.csv': csv(rows) };
  const { code, output } = await runAlgorithm(t, { algorithm: 'linear-learner', hyperparameters, files });
  assert.equal(code, 0, output);
  assert.equal(metricOf(output, 'test multiclass_accuracy <score>'), 1);
  assert.equal(metricOf(output, 'test macro_f_1.000 <score>'), 1);
  assert.equal(metricOf(output, 'test multiclass_top_k_accuracy_3 <score>'), 1);
});
