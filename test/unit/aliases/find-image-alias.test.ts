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

test('a framework runs in its image of optml, or on the Python that has its packages', () => {
  for (const [name, image, modules] of [
    ['sagemaker-scikit-learn:1.2-1-cpu-py3', 'sklearn', ['sklearn']],
    ['pytorch-training:2.6.0-cpu-py312', 'pytorch', ['torch']],
    ['pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker', 'pytorch', ['torch']],
    ['tensorflow-training:2.19.0-cpu-py312', 'python', ['tensorflow']],
    [
      'huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04',
      'pytorch',
      ['torch', 'transformers'],
    ],
  ] as const) {
    const alias = findImageAlias(`${REGISTRY}/${name}`);
    assert.equal(alias?.image, `optml:${image}`, name);
    assert.deepEqual(alias?.variables, {}, 'the script of the job runs');
    const needed = alias?.pythonModules.map(({ module }) => module);
    assert.deepEqual(needed, modules, name);
  }
});

test('the versions of a framework and of Python are those of the tag', () => {
  const versionsOf = (name: string) =>
    findImageAlias(`${REGISTRY}/${name}`)?.versions.map((version) => `${version.name} ${version.aws}`);
  assert.deepEqual(versionsOf('sagemaker-scikit-learn:1.2-1-cpu-py3'), ['scikit-learn 1.2', 'Python 3']);
  assert.deepEqual(versionsOf('pytorch-training:2.6.0-cpu-py312'), ['PyTorch 2.6.0', 'Python 3.12']);
  assert.deepEqual(versionsOf('huggingface-tensorflow-training:2.6.3-transformers4.17.0-gpu-py38-cu112-ubuntu20.04'), [
    'TensorFlow 2.6.3',
    'Transformers 4.17.0',
    'Python 3.8',
  ]);
  assert.deepEqual(versionsOf('pytorch-training:latest'), []);
  assert.deepEqual(versionsOf('pytorch-training'), []);
});

test('notes name the packages that the image of optml does not contain', () => {
  const notesOf = (name: string) => findImageAlias(`${REGISTRY}/${name}`)?.imageNotes?.join('\n');
  assert.equal(notesOf('pytorch-training:2.6.0-gpu-py312'), '');
  assert.match(
    notesOf('huggingface-pytorch-training:2.5.1-transformers4.49.0-cpu-py311') ?? '',
    /^optml:pytorch does not contain Transformers: add transformers to the requirements\.txt/,
  );
  assert.match(
    notesOf('tensorflow-training:2.19.0-cpu-py312') ?? '',
    /optml:python does not contain TensorFlow: add tensorflow to the requirements\.txt/,
  );
});

test('other images have no alias', () => {
  for (const name of ['constructor:1', 'toString:1', '__proto__:1', 'blazingtext:1', 'sagemaker-xgboost-debugger:1']) {
    assert.equal(findImageAlias(`${REGISTRY}/${name}`), undefined, name);
  }
  assert.equal(findImageAlias('xgboost:1'), undefined);
});
