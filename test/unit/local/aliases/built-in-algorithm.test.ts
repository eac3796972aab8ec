// Needs a fresh `npm run build`: declarations are read as built.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findImageAlias } from '../../../../src/aliases/find-image-alias.ts';
import { algorithmMetrics } from '../../../../src/local/aliases/built-in-algorithm.ts';
import { jobRequest } from '../../../support/records.ts';

const IMAGE = '438346466558.dkr.ecr.eu-west-1.amazonaws.com/kmeans:1';
const ALIAS = findImageAlias(IMAGE);

test('a job of an image of AWS has the metrics of the algorithm, but for those that it defines', async () => {
  const algorithm = { TrainingImage: IMAGE, TrainingInputMode: 'File' } as const;
  const named = async (MetricDefinitions: { Name: string; Regex: string }[]) => {
    const request = jobRequest('Job', { AlgorithmSpecification: { ...algorithm, MetricDefinitions } });
    return (await algorithmMetrics(request, ALIAS)).map(({ Name }) => Name);
  };
  const all = ['test:msd', 'test:ssd', 'train:msd', 'train:progress', 'train:throughput'];
  assert.deepEqual((await named([])).sort(), all);
  assert.deepEqual((await named([{ Name: 'test:msd', Regex: '(x)' }])).sort(), all.slice(1));
});

test('a job with a program of its own, and one of no algorithm, have no metrics of an algorithm', async () => {
  const ofScript = jobRequest('Job', { HyperParameters: { sagemaker_program: 'train.py' } });
  assert.deepEqual(await algorithmMetrics(ofScript, ALIAS), []);
  assert.deepEqual(await algorithmMetrics(jobRequest('Job'), undefined), []);
});

test('a job that names the module of an algorithm has its metrics', async () => {
  const request = jobRequest('Job', { Environment: { SAGEMAKER_TRAINING_MODULE: 'optml/algorithms/xgboost:train' } });
  const found = await algorithmMetrics(request, undefined);
  assert.ok(found.some(({ Name }) => Name === 'validation:auc'));
});
