// The built-in algorithms beside scikit-learn: the same rows, the same hyperparameters, one seed after the other.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const HERE = join(ROOT, 'test', 'support', 'algorithms');

const LINEAR = {
  wd: '0.001',
  l1: '0',
  num_models: '1',
  epochs: '100',
  mini_batch_size: '64',
  learning_rate: '0.03',
  early_stopping_patience: '1000',
  // The threshold of a probability of 0.5, as scikit-learn predicts.
  binary_classifier_model_selection_criteria: 'cross_entropy_loss',
};
const binary = { ...LINEAR, predictor_type: 'binary_classifier' };
const regression = { ...LINEAR, predictor_type: 'regressor' };
const clusters = (k, dim) => ({
  k: String(k),
  feature_dim: String(dim),
  init_method: 'kmeans++',
  mini_batch_size: '500',
  epochs: '10',
});

/** Cases: their hyperparameters, the metric, and the reference of scikit-learn that decides. */
export const CASES = {
  'kmeans/digits': { hyperparameters: clusters(10, 64), metric: 'test msd <loss>', reference: 'KMeans' },
  'kmeans/breast-cancer': { hyperparameters: clusters(4, 30), metric: 'test msd <loss>', reference: 'KMeans' },
  'kmeans/california': { hyperparameters: clusters(8, 8), metric: 'test msd <loss>', reference: 'KMeans' },
  'linear-learner/breast-cancer': {
    hyperparameters: binary,
    metric: 'test binary_classification_accuracy <score>',
    reference: 'LogisticRegression',
  },
  'linear-learner/digits': {
    hyperparameters: { ...LINEAR, predictor_type: 'multiclass_classifier', num_classes: '10' },
    metric: 'test multiclass_accuracy <score>',
    reference: 'LogisticRegression',
  },
  'linear-learner/california-classes': {
    hyperparameters: { ...binary, epochs: '10' },
    metric: 'test binary_classification_accuracy <score>',
    reference: 'LogisticRegression',
  },
  'linear-learner/diabetes': { hyperparameters: regression, metric: 'test mse <loss>', reference: 'Ridge' },
  'linear-learner/california': {
    hyperparameters: { ...regression, epochs: '10' },
    metric: 'test mse <loss>',
    reference: 'Ridge',
  },
};

/** Runs a case with seeds from 0: name → { scores, seconds, memory }, where `optml` is ours. */
export function runCase(name, seeds, python) {
  const results = {};
  const add = (program, { score, seconds, memory }) => {
    results[program] ??= { scores: [], seconds: [], memory: [] };
    results[program].scores.push(score);
    results[program].seconds.push(seconds);
    results[program].memory.push(memory);
  };
  for (let seed = 0; seed < seeds; seed++) {
    const folder = mkdtempSync(join(tmpdir(), 'optml-algorithms-'));
    try {
      const output = execFileSync(python, [join(HERE, 'reference.py'), folder, name, String(seed)], {
        encoding: 'utf8',
        // Two cores for both.
        env: { ...process.env, OMP_NUM_THREADS: '2' },
      });
      for (const line of output.trim().split('\n')) {
        const { name: program, ...result } = JSON.parse(line);
        add(program, result);
      }
      add('optml', trainOurs(folder, name, seed, 'rows'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return results;
}

function trainOurs(folder, name, seed) {
  const { hyperparameters, metric } = CASES[name];
  const algorithm = name.split('/')[0];
  const config = join(folder, 'input', 'config');
  mkdirSync(config, { recursive: true });
  mkdirSync(join(folder, 'model'));
  const channel = {
    ContentType: `text/csv;label_size=${algorithm === 'kmeans' ? 0 : 1}`,
    TrainingInputMode: 'File',
    S3DistributionType: 'FullyReplicated',
    RecordWrapperType: 'None',
  };
  const files = {
    'hyperparameters.json': hyperparameters,
    'inputdataconfig.json': { train: channel, test: channel },
    'resourceconfig.json': { current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'eth0' },
  };
  for (const [file, value] of Object.entries(files)) writeFileSync(join(config, file), JSON.stringify(value));
  const module = pathToFileURL(join(ROOT, 'dist', 'algorithms', algorithm, 'index.js')).href;
  const output = execFileSync(process.execPath, [join(HERE, 'train-once.mjs'), module], {
    encoding: 'utf8',
    env: {
      ...process.env,
      SAGEMAKER_BASE_DIR: folder,
      SM_MODEL_DIR: join(folder, 'model'),
      ALGORITHM_SEED: String(seed),
    },
  });
  const found = output.split('\n').find((line) => line.includes(`#quality_metric`) && line.includes(`, ${metric}=`));
  const last = output.trim().split('\n').at(-1);
  return { score: Number(found?.split('=').at(-1)), ...JSON.parse(last) };
}

/** The mean of numbers. */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard error of their mean. */
export function standardError(values) {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
