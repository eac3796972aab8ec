import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelDeclarations } from '../../../src/algorithm/channel.ts';
import type { Hyperparameters } from '../../../src/algorithm/hyperparameter.ts';
import { defineAlgorithm } from '../../../src/algorithm/index.ts';
import type { MetricDeclarations } from '../../../src/algorithm/metric.ts';
import { isOptmlError } from '../../../src/errors/error.ts';

function problemsOf(parts: {
  readonly hyperparameters?: Hyperparameters;
  readonly channels?: ChannelDeclarations;
  readonly metrics?: MetricDeclarations;
}): readonly string[] {
  const { hyperparameters = {}, channels = {}, metrics = {} } = parts;
  try {
    defineAlgorithm({ name: 'example', hyperparameters, channels, metrics, train: () => undefined });
    return [];
  } catch (error) {
    assert.ok(isOptmlError(error) && error.code === 'ALGORITHM_INVALID');
    const [head, ...lines] = error.message.split('\n');
    assert.equal(head, 'the declaration of example is wrong:');
    return lines.map((line) => line.trim());
  }
}

test('a declaration whose hyperparameters contradict themselves is refused with all that is wrong', () => {
  const hyperparameters: Hyperparameters = {
    a: { type: 'integer', min: 1, default: 0 },
    b: { type: 'integer', required: true, default: 1 },
    c: { type: 'continuous', min: 2, max: 1 },
    d: { type: 'continuous', greaterThan: 0, tunable: { min: 0, max: 1 } },
    e: { type: 'categorical', values: ['x'], tunable: { values: ['x', 'y'] }, aliases: ['a'] },
    f: { type: 'text', requires: ['g'], requiredWhen: { h: ['x'] }, allowedWhen: { e: ['z'] } },
    i: { type: 'list', of: { type: 'integer' }, default: ['one'] },
  };
  assert.deepEqual(problemsOf({ hyperparameters }), [
    'two hyperparameters are called a',
    'hyperparameter a: its default 0 is not one of its values',
    'hyperparameter b: it is required and has a default',
    'hyperparameter c: its range from 2 to 1 is empty',
    'hyperparameter d: its tunable range from 0 to 1 is not in its range',
    'hyperparameter e: y is tunable and not one of its values',
    'hyperparameter f: it requires g, which is not declared',
    'hyperparameter f: it depends on h, which is not declared',
    'hyperparameter f: it depends on e being z, which it never is',
    'hyperparameter i: its default ["one"] is not one of its values',
  ]);
});

test('defaults may be words, lists and objects', () => {
  const hyperparameters: Hyperparameters = {
    rate: { type: 'continuous', greaterThan: 0, words: ['auto'], default: 'auto' },
    layers: { type: 'list', of: { type: 'integer' }, default: [64, 32] },
    schedule: { type: 'object', members: { step: { type: 'integer' } }, default: { step: 3 } },
    on: { type: 'boolean', default: false, allowedWhen: { rate: ['auto', 0.5] } },
    name: { type: 'text', default: '' },
  };
  assert.deepEqual(problemsOf({ hyperparameters }), []);
});

test('a channel needs a content type, and its default is one of them', () => {
  const channels: ChannelDeclarations = {
    train: { contentTypes: [] },
    test: { contentTypes: ['text/csv'], defaultContentType: 'text/libsvm' },
  };
  assert.deepEqual(problemsOf({ channels }), [
    'channel train: it has no content type',
    'channel test: its default: expected the content type to be one of text/csv, got "text/libsvm"',
  ]);
});

test('the regular expression of a metric finds the value in its line', () => {
  const metrics: MetricDeclarations = {
    loss: { direction: 'minimize' },
    'train:progress (%)': { direction: 'maximize' },
    msd: { direction: 'minimize', line: '#quality_metric: host={host}, epoch={epoch}, train msd <loss>={value}' },
    aws: {
      direction: 'minimize',
      line: '[{epoch}]#011train-rmse:{value}',
      regex: '.*\\[[0-9]+\\].*#011train-rmse:([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*',
    },
    elsewhere: { direction: 'minimize', regex: 'loss is ([0-9.]+)' },
    broken: { direction: 'minimize', regex: '([0-9]+' },
    groupless: { direction: 'minimize', regex: '[0-9]+' },
    valueless: { direction: 'minimize', line: 'loss' },
    other: { direction: 'minimize', line: 'loss {value}', regex: 'los=(.*)' },
  };
  const found = problemsOf({ metrics });
  assert.deepEqual(found.slice(1), [
    'metric groupless: its regular expression has no group for the value',
    'metric valueless: its regular expression has no group for the value',
    'metric other: its regular expression does not find the value in "loss 0.25"',
  ]);
  assert.match(found[0] ?? '', /^metric broken: its regular expression cannot be used: /);
});
