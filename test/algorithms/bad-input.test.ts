// Needs a fresh `npm run build`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlgorithmJob, runAlgorithm } from '../support/algorithms/run-algorithm.ts';

const KMEANS = { algorithm: 'kmeans', hyperparameters: { k: '2', feature_dim: '2' } } as const;
const BINARY = {
  algorithm: 'linear-learner',
  hyperparameters: { predictor_type: 'binary_classifier', epochs: '1' },
} as const;

const DIVERGING: AlgorithmJob = {
  algorithm: 'linear-learner',
  hyperparameters: { predictor_type: 'regressor', optimizer: 'sgd', learning_rate: '1000', normalize_data: 'false' },
  files: { 'train/a.csv': '1,3e30,-3e30\n-2,-3e30,3e30\n1,0,0\n' },
};

const ROWS = '1,2,3\n0,4,5\n1,6,7\n';

/** Mistakes: a job, and what its failure reason must contain. */
const MISTAKES: readonly (readonly [string, AlgorithmJob, readonly RegExp[]])[] = [
  ['a header', { ...BINARY, files: { 'train/a.csv': `label,x,y\n${ROWS}` } }, [/a\.csv, line 1/, /header/]],
  ['text in numbers', { ...BINARY, files: { 'train/a.csv': '1,2,3\n0,four,5\n' } }, [/a\.csv, line 2, column 2/]],
  ['NaN', { ...BINARY, files: { 'train/a.csv': '1,2,3\n0,NaN,5\n' } }, [/a\.csv, line 2, column 2/]],
  ['a missing label', { ...BINARY, files: { 'train/a.csv': '1,2,3\n,4,5\n' } }, [/a\.csv, line 2, column 1/]],
  ['a row that is too short', { ...BINARY, files: { 'train/a.csv': '1,2,3\n0,4\n' } }, [/a\.csv, line 2/]],
  ['an empty channel', { ...KMEANS, files: { 'train/a.csv': '' } }, [/train/, /empty|no rows/]],
  [
    'a label of no class',
    { ...BINARY, files: { 'train/a.csv': '1,2,3\n2,4,5\n' } },
    [/label/, /a\.csv, line 2, column 1/, /0 or 1/],
  ],
  ['a learning rate that is too high', DIVERGING, [/training diverged/, /learning_rate/]],
  [
    'a wrong content type',
    { ...KMEANS, contentType: 'image/png', files: { 'train/a.csv': '1,2\n' } },
    [/channel train/, /image\/png/, /text\/csv/],
  ],
  [
    'more labels than one',
    { ...BINARY, contentType: 'text/csv;label_size=2', files: { 'train/a.csv': ROWS } },
    [/channel train/, /label_size=1/],
  ],
  [
    'a hyperparameter out of range',
    { ...KMEANS, hyperparameters: { k: '0', feature_dim: '2' }, files: { 'train/a.csv': '1,2\n' } },
    [/hyperparameters?.*k/i, /"0"|0/],
  ],
  [
    'a misspelt hyperparameter',
    { ...KMEANS, hyperparameters: { k: '2', feature_dim: '2', epoch: '3' }, files: { 'train/a.csv': '1,2\n' } },
    [/epoch/, /epochs/],
  ],
  [
    'a loss for other labels',
    {
      ...BINARY,
      hyperparameters: { predictor_type: 'regressor', loss: 'logistic' },
      files: { 'train/a.csv': ROWS },
    },
    [/loss/, /logistic/, /squared_loss/],
  ],
  ['more clusters than rows', { ...KMEANS, files: { 'train/a.csv': '1,2\n' } }, [/k is 2/, /1 rows/]],
  ['a missing channel', { ...KMEANS, files: { 'test/a.csv': '1,2\n' } }, [/train/, /required/]],
  [
    'more models than the memory holds',
    {
      ...BINARY,
      hyperparameters: { ...BINARY.hyperparameters, num_models: '1000000000' },
      files: { 'train/a.csv': ROWS },
    },
    [/GiB of memory/, /num_models/],
  ],
  ['two hosts', { ...KMEANS, hosts: 2, files: { 'train/a.csv': '1,2\n3,4\n' } }, [/host/]],
];

for (const [mistake, job, expected] of MISTAKES) {
  test(`${mistake} fails ${job.algorithm} with an error that says where`, async (t) => {
    const { code, output } = await runAlgorithm(t, job);
    assert.notEqual(code, 0);
    // A mistake in the request is reported before the job starts.
    const start = Math.max(output.lastIndexOf('ClientError: '), output.lastIndexOf('UserError REQUEST_INVALID'));
    assert.ok(start >= 0, output);
    const reason = output.slice(start);
    for (const pattern of expected) assert.match(reason, pattern);
    assert.doesNotMatch(output, /^\s+at .*\(.*:\d+:\d+\)$/m);
    assert.doesNotMatch(output, /ExecuteUserScriptError/);
  });
}
