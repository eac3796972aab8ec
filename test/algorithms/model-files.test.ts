// Needs a fresh `npm run build`.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { randomFrom } from '../../src/algorithms/numeric/random.ts';
import { csv, runAlgorithm } from '../support/algorithms/run-algorithm.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const random = randomFrom(4);
const FEATURES = Array.from({ length: 120 }, () => Array.from({ length: 4 }, () => 3 * random.normal() + 1));
const withLabels = (labelOf: (row: readonly number[]) => number) => FEATURES.map((row) => [labelOf(row), ...row]);
const sum = (row: readonly number[]) => row.reduce((total, value) => total + value, 0);

const MODELS = {
  kmeans: { algorithm: 'kmeans', rows: FEATURES, hyperparameters: { k: '5', feature_dim: '4' } },
  regressor: { algorithm: 'linear-learner', rows: withLabels(sum), hyperparameters: { predictor_type: 'regressor' } },
  'binary classifier': {
    algorithm: 'linear-learner',
    rows: withLabels((row) => (sum(row) > 4 ? 1 : 0)),
    hyperparameters: { predictor_type: 'binary_classifier', binary_classifier_model_selection_criteria: 'f1' },
  },
  'binary classifier with hinge_loss': {
    algorithm: 'linear-learner',
    rows: withLabels((row) => (sum(row) > 4 ? 1 : 0)),
    hyperparameters: { predictor_type: 'binary_classifier', loss: 'hinge_loss' },
  },
  'multiclass classifier': {
    algorithm: 'linear-learner',
    rows: withLabels((row) => (sum(row) > 8 ? 2 : sum(row) > 2 ? 1 : 0)),
    hyperparameters: { predictor_type: 'multiclass_classifier', num_classes: '3' },
  },
} as const;

const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'ONNX Runtime is installed in the long run only';

for (const [name, { algorithm, rows, hyperparameters }] of Object.entries(MODELS)) {
  test(`the ONNX file of a ${name} predicts in ONNX Runtime what its JSON file says`, { skip }, async (t) => {
    const bin = pythonPackages(t, 'onnx');
    if (bin === undefined) return;
    const run = await runAlgorithm(t, { algorithm, hyperparameters, files: { 'train/rows.csv': csv(rows) } });
    assert.equal(run.code, 0, run.output);
    const file = join(temporaryFolder(t), 'rows.csv');
    writeFileSync(file, csv(rows));
    const script = join(ROOT, 'test', 'support', 'algorithms', 'score_models.py');
    const first = algorithm === 'kmeans' ? '0' : '1';
    const { code, stdout, stderr } = await runWords(t, [join(bin, 'python'), script, run.modelDir, file, first]);
    assert.equal(code, 0, stderr);
    const { outputs, differences } = JSON.parse(stdout) as {
      readonly outputs: readonly string[];
      readonly differences: Readonly<Record<string, number>>;
    };
    assert.deepEqual(Object.keys(differences).sort(), [...outputs].sort());
    for (const [output, difference] of Object.entries(differences))
      assert.ok(difference < 1e-4, `${output} ${difference}`);
  });
}
