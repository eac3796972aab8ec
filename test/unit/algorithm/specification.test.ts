import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelDeclarations } from '../../../src/algorithm/channel.ts';
import type { Hyperparameters } from '../../../src/algorithm/hyperparameter.ts';
import {
  documentationTables,
  metricDefinitions,
  trainingSpecification,
  tuningRanges,
} from '../../../src/algorithm/index.ts';
import type { MetricDeclarations } from '../../../src/algorithm/metric.ts';
import { requestProblems } from '../../../src/algorithm/request-problems.ts';
import { rulesOfSpecification } from '../../../src/algorithm/specification/read-specification.ts';
import { isOptmlError } from '../../../src/errors/error.ts';
import { checkShape } from '../../../src/request/check-shape.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { TRAINING_SPECIFICATION } from '../../fixtures/algorithm/training-specification.ts';

const HYPERPARAMETERS: Hyperparameters = {
  rounds: {
    type: 'integer',
    min: 1,
    required: true,
    aliases: ['n'],
    tunable: { min: 10, max: 100, scale: 'logarithmic' },
  },
  eta: { type: 'continuous', greaterThan: 0, max: 1, default: 0.3, aliases: ['rate'], description: 'Step | size.' },
  seed: { type: 'integer', greaterThan: 0, lessThan: 10 },
  wd: { type: 'continuous', min: 0, words: ['auto'], default: 'auto', tunable: { min: 0, max: 1 } },
  size: { type: 'integer', min: 1, words: ['auto'], default: 'auto' },
  kind: { type: 'categorical', values: ['a', 'b'], default: 'a', tunable: true },
  on: { type: 'boolean', default: true, tunable: true },
  layers: { type: 'list', of: { type: 'integer' }, default: [1, 2] },
};
const CHANNELS: ChannelDeclarations = {
  train: {
    required: true,
    contentTypes: [{ type: 'text/csv', parameters: { label_size: { type: 'integer', default: 1 } } }],
  },
  test: { contentTypes: ['text/csv', 'text/libsvm'], inputModes: ['Pipe'], compression: ['None', 'Gzip'] },
};
const METRICS: MetricDeclarations = {
  'validation:loss': { direction: 'minimize', description: 'Loss.' },
  'train:rows': { direction: 'maximize', objective: false },
};
const ALGORITHM = { name: 'example', hyperparameters: HYPERPARAMETERS, channels: CHANNELS, metrics: METRICS };
const OPTIONS = { image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/own:1', instanceTypes: ['ml.m5.large'] };
const specification = () => trainingSpecification(ALGORITHM, OPTIONS);

test('a specification has the shape that CreateAlgorithm takes', () => {
  assert.deepEqual(checkShape(JSON.parse(JSON.stringify(specification())), TRAINING_SPECIFICATION), []);
});

test('the ranges of hyperparameters are texts with closed ends', () => {
  const found = specification().SupportedHyperParameters.map(({ Name, Type, Range, DefaultValue }) => [
    Name,
    Type,
    ...Object.values(Range ?? {}).flatMap((range) => Object.values(range).flat()),
    ...(DefaultValue === undefined ? [] : [`default ${DefaultValue}`]),
  ]);
  assert.deepEqual(found, [
    ['rounds', 'Integer', '1', '9007199254740991'],
    ['eta', 'Continuous', '0', '1', 'default 0.3'],
    ['rate', 'Continuous', '0', '1'],
    ['seed', 'Integer', '1', '9'],
    ['wd', 'Continuous', '0', '1.7976931348623157e+308'],
    ['size', 'FreeText', 'default auto'],
    ['kind', 'Categorical', 'a', 'b', 'default a'],
    ['on', 'Categorical', 'true', 'false', 'True', 'False', '1', '0', 'default true'],
    ['layers', 'FreeText', 'default [1,2]'],
  ]);
});

test('objectives of tuning jobs and definitions come from the metrics', () => {
  assert.deepEqual(specification().SupportedTuningJobObjectiveMetrics, [
    { Type: 'Minimize', MetricName: 'validation:loss' },
  ]);
  assert.deepEqual(
    metricDefinitions(ALGORITHM).map(({ Name }) => Name),
    ['validation:loss', 'train:rows'],
  );
});

test('tuning ranges are those of the tunable hyperparameters', () => {
  assert.deepEqual(tuningRanges(ALGORITHM), {
    IntegerParameterRanges: [{ Name: 'rounds', MinValue: '10', MaxValue: '100', ScalingType: 'Logarithmic' }],
    ContinuousParameterRanges: [{ Name: 'wd', MinValue: '0', MaxValue: '1', ScalingType: 'Auto' }],
    CategoricalParameterRanges: [
      { Name: 'kind', Values: ['a', 'b'] },
      { Name: 'on', Values: ['true', 'false'] },
    ],
  });
  assert.deepEqual(tuningRanges(ALGORITHM, ['kind']).IntegerParameterRanges, []);
});

test('more than the API accepts is refused', () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`h${index}`, { type: 'text' as const }]));
  const isInvalid = (error: unknown) => isOptmlError(error) && error.code === 'ALGORITHM_INVALID';
  assert.throws(() => trainingSpecification({ ...ALGORITHM, hyperparameters: many }, OPTIONS), isInvalid);
  assert.throws(() => trainingSpecification({ ...ALGORITHM, channels: {} }, OPTIONS), isInvalid);
});

test('tables have a row for each hyperparameter, channel and metric', () => {
  const lines = documentationTables(ALGORITHM).split('\n');
  for (const line of [
    '| `rounds` | an integer of at least 1 | required | 10 to 100, logarithmic | Also called `n`. |',
    '| `eta` | a number greater than 0 and at most 1 | `0.3` |  | Step \\| size. Also called `rate`. |',
    '| `wd` | a number of at least 0, or auto | `auto` | 0 to 1 |  |',
    '| `layers` | a list, each an integer | `[1,2]` |  |  |',
    '| `train` (required) | `text/csv` (`label_size`: an integer, by default 1) | File, FastFile |  |',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

const request = (parts: Partial<TrainingJobRequest>): TrainingJobRequest => ({
  TrainingJobName: 'job',
  OutputDataConfig: { S3OutputPath: '/out' },
  AlgorithmSpecification: { TrainingInputMode: 'File' },
  HyperParameters: { rounds: '3' },
  InputDataConfig: [channel('train')],
  ...parts,
});
const channel = (name: string, parts: object = {}) => ({
  ChannelName: name,
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: 's3://bucket/data' } },
  ...parts,
});
const problems = (parts: Partial<TrainingJobRequest>) => {
  const { rules, problem } = { rules: undefined, ...rulesOfSpecification(JSON.parse(JSON.stringify(specification()))) };
  assert.equal(problem, undefined);
  assert.ok(rules !== undefined);
  return requestProblems(rules, request(parts)).map(({ path, message }) => `${path}: ${message}`);
};

test('a job that follows its specification has no problems', () => {
  const right = { rounds: '3', rate: '0.5', size: 'auto', on: 'True', layers: '1,2', sagemaker_program: 'x' };
  const channels = [channel('train', { ContentType: 'text/csv;label_size=2' }), channel('test', { InputMode: 'Pipe' })];
  assert.deepEqual(problems({ HyperParameters: right, InputDataConfig: channels }), []);
});

test('each mistake of a request is at the path of its member', () => {
  const wrong = { rouns: '3', eta: '2', kind: 'c', seed: '10', __proto_: '1' };
  const channels = [channel('test', { ContentType: 'image/png' }), channel('a b')];
  const ResourceConfig = { InstanceType: 'ml.m5.large', InstanceCount: 2 };
  assert.deepEqual(problems({ HyperParameters: wrong, InputDataConfig: channels, ResourceConfig }), [
    'HyperParameters.rouns: is unknown: did you mean rounds?',
    'HyperParameters.__proto_: is unknown: expected one of rounds, eta, rate, seed, wd, size, kind, on, layers',
    'HyperParameters.rounds: is required: expected an integer of at least 1',
    'HyperParameters.eta: expected a number from 0 to 1, got "2"',
    'HyperParameters.seed: expected an integer from 1 to 9, got "10"',
    'HyperParameters.kind: expected one of a, b, got "c"',
    'InputDataConfig[0]: channel test: expected the input mode Pipe, got "File"',
    'InputDataConfig[0]: channel test: expected the content type to be one of text/csv, text/libsvm, got "image/png"',
    'InputDataConfig[1]: channel a b: is unknown: expected one of train, test',
    'InputDataConfig: channel train: is required',
    'ResourceConfig: the algorithm runs on one host, the job has 2',
  ]);
});

test('a specification that is misshapen names its member', () => {
  const problemOf = (value: unknown) => rulesOfSpecification(value).problem;
  assert.equal(problemOf([]), 'expected the file to be an object');
  assert.equal(problemOf({}), 'expected TrainingChannels to be a list');
  const withHyperparameter = (item: object) => ({ TrainingChannels: [], SupportedHyperParameters: [item] });
  assert.equal(problemOf(withHyperparameter({})), 'expected SupportedHyperParameters[0].Name to be a text');
  const range = { IntegerParameterRangeSpecification: { MinValue: '1', MaxValue: 'x' } };
  assert.equal(
    problemOf(withHyperparameter({ Name: 'a', Type: 'Integer', Range: range })),
    'expected MaxValue of SupportedHyperParameters[0].Range to be a number',
  );
});
