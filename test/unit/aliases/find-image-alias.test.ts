// What runs in place of AWS's own images.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findImageAlias } from '../../../src/aliases/find-image-alias.ts';

const REGISTRY = '683313688378.dkr.ecr.us-east-1.amazonaws.com';

test('an algorithm runs as its image of optml, or by its module without a container', () => {
  for (const [name, algorithm] of [
    ['xgboost:1', 'xgboost'],
    ['xgboost:latest', 'xgboost'],
    ['sagemaker-xgboost:1.7-1', 'xgboost'],
    ['sagemaker-xgboost:0.90-2-cpu-py3', 'xgboost'],
    ['kmeans:1', 'kmeans'],
    ['linear-learner:latest', 'linear-learner'],
  ] as const) {
    const alias = findImageAlias(`${REGISTRY}/${name}`);
    assert.equal(alias?.image, `optml:${algorithm}`, name);
    assert.deepEqual(alias?.variables, { SAGEMAKER_TRAINING_MODULE: `optml/algorithms/${algorithm}:train` });
  }
});

test('the version of XGBoost is that of the tag', () => {
  const versionOf = (name: string) => findImageAlias(`${REGISTRY}/${name}`)?.versions[0]?.aws;
  assert.equal(versionOf('sagemaker-xgboost:1.7-1'), '1.7');
  assert.equal(versionOf('sagemaker-xgboost:0.90-2-cpu-py3'), '0.90');
  assert.equal(versionOf('xgboost:1'), '0.72');
  assert.equal(versionOf('sagemaker-xgboost'), undefined);
});

test('other images have no alias', () => {
  for (const name of ['constructor:1', 'toString:1', '__proto__:1', 'blazingtext:1', 'sagemaker-xgboost-debugger:1']) {
    assert.equal(findImageAlias(`${REGISTRY}/${name}`), undefined, name);
  }
  assert.equal(findImageAlias('xgboost:1'), undefined);
});
