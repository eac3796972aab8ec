// The images of the built-in algorithms train on real data, without network. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataSet, runInImage } from './support/image-job.ts';

test('XGBoost misses at most 7 % of the digits', async (t) => {
  const hyperparameters = { objective: 'multi:softmax', num_class: '10', num_round: '20', eval_metric: 'merror' };
  const { end, score } = await runInImage(t, {
    image: 'xgboost',
    data: await readDataSet(t, 'digits'),
    testing: 'validation',
    contentType: 'text/csv',
    hyperparameters,
    score: 'validation-merror:([0-9.]+)',
  });
  assert.equal(end.code, 0, end.stderr + end.stdout);
  assert.ok(score <= 0.07, `error ${score}`);
});

test('linear learner reaches 0.95 on breast cancer', async (t) => {
  const { end, score } = await runInImage(t, {
    image: 'linear-learner',
    data: await readDataSet(t, 'breast_cancer'),
    contentType: 'text/csv',
    hyperparameters: { predictor_type: 'binary_classifier', epochs: '15', mini_batch_size: '50' },
    score: '#quality_metric: host=\\S+, test binary_classification_accuracy <score>=(\\S+)',
  });
  assert.equal(end.code, 0, end.stderr + end.stdout);
  assert.ok(score >= 0.95, `accuracy ${score}`);
});

test('k-means with ten clusters of the digits has at most 60 % of the distance of one', async (t) => {
  const { train, test: testing } = await readDataSet(t, 'digits');
  const withoutLabel = (text: string) => text.replace(/^[^,]*,/gm, '');
  const data = { train: withoutLabel(train), test: withoutLabel(testing) };
  const msdOf = async (k: string) => {
    const { end, score } = await runInImage(t, {
      image: 'kmeans',
      data,
      contentType: 'text/csv;label_size=0',
      hyperparameters: { k, feature_dim: '64' },
      score: '#quality_metric: host=\\S+, test msd <loss>=(\\S+)',
    });
    assert.equal(end.code, 0, end.stderr + end.stdout);
    return score;
  };
  const [one, ten] = [await msdOf('1'), await msdOf('10')];
  assert.ok(ten < 0.6 * one, `${ten} of ${one}`);
});
