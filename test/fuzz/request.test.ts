import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { isOptmlError, type OptmlError } from '../../src/errors/error.ts';
import { prepareRequest } from '../../src/local/prepare-request.ts';
import { applyFlags } from '../../src/request/flags.ts';
import { parseYamlText } from '../../src/request/parse-yaml.ts';
import { planChannels } from '../../src/staging/channels/planned-channel.ts';
import { resourceConfig } from '../../src/staging/host-files.ts';
import { planHosts } from '../../src/staging/host-plan.ts';
import { hostVariables } from '../../src/staging/host-variables.ts';
import { anyName, anyText, SEED_NOTE, seeded } from '../support/json-values.ts';
import { trials } from '../support/trials.ts';

const RUNS = Number(process.env['OPTML_TEST_FUZZ_RUNS']) || trials({ gate: 1000, long: 20_000 });

/** A request with a value in every part that a job on this machine reads, by the platform's rules or only by ours. */
const WHOLE: readonly Record<string, unknown>[] = [
  {
    TrainingJobName: 'job',
    AlgorithmSpecification: {
      TrainingImage: 'image:1',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
      ContainerEntrypoint: ['/bin/sh'],
      ContainerArguments: ['train.sh'],
    },
    RoleArn: 'arn:aws:iam::123456789012:role/training',
    HyperParameters: { epochs: '3', sagemaker_submit_directory: 's3://bucket/source.tar.gz' },
    Environment: { KEY: 'value' },
    InputDataConfig: [
      {
        ChannelName: 'training',
        DataSource: {
          S3DataSource: {
            S3DataType: 'AugmentedManifestFile',
            S3Uri: 's3://bucket/manifest',
            S3DataDistributionType: 'ShardedByS3Key',
            AttributeNames: ['source-ref'],
            InstanceGroupNames: ['workers'],
          },
        },
        ContentType: 'text/csv',
        CompressionType: 'Gzip',
        RecordWrapperType: 'RecordIO',
        InputMode: 'Pipe',
        ShuffleConfig: { Seed: 7 },
      },
    ],
    OutputDataConfig: { S3OutputPath: 's3://bucket/out', CompressionType: 'NONE' },
    ResourceConfig: {
      VolumeSizeInGB: 10,
      InstanceGroups: [{ InstanceGroupName: 'workers', InstanceType: 'ml.m5.large', InstanceCount: 2 }],
    },
    StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
    CheckpointConfig: { S3Uri: 's3://bucket/checkpoints', LocalPath: '/opt/ml/checkpoints' },
    EnableNetworkIsolation: false,
    EnableManagedSpotTraining: true,
    RetryStrategy: { MaximumRetryAttempts: 1 },
    Tags: [{ Key: 'a', Value: 'b' }],
    VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
  },
  {
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'FastFile' },
    HyperParameters: { sagemaker_submit_directory: '"./source"' },
    InputDataConfig: [{ ChannelName: 'a', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data/' } } }],
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1, KeepAlivePeriodInSeconds: 60 },
    StoppingCondition: {},
    CheckpointConfig: { S3Uri: 'file:///tmp/checkpoints' },
  },
];

/** A value of every kind that JSON has, and some that only look harmless. */
const KINDS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  'text',
  '\0',
  '\ud800',
  './here',
  '/a\0b',
  'file://',
  'file://host/%',
  's3://',
  's3://bucket',
  '__proto__',
  'x'.repeat(3000),
  [],
  [null],
  [[]],
  [{}],
  Array(200).fill('a'),
  {},
  { '': '' },
  { a: null },
  JSON.parse('{"__proto__": "x", "constructor": {}}'),
];

type Steps = readonly (string | number)[];

/** The path of every member and item of a value, and one of a member that is not there. */
function pathsIn(value: unknown, steps: Steps = []): readonly Steps[] {
  if (typeof value !== 'object' || value === null) return [steps];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  const added = Array.isArray(value) ? value.length : '__proto__';
  return [steps, [...steps, added], ...entries.flatMap(([step, content]) => pathsIn(content, [...steps, step]))];
}

/** `value` with the value at `steps` replaced. */
function replaced(value: unknown, [step, ...rest]: Steps, content: unknown): unknown {
  if (step === undefined) return content;
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    items[Number(step)] = replaced(items[Number(step)], rest, content);
    return items;
  }
  const given = value as Record<string, unknown>;
  const before = Object.hasOwn(given, step) ? given[step] : undefined;
  return Object.fromEntries([...Object.entries(given), [step, replaced(before, rest, content)]]);
}

const MUTATIONS = WHOLE.flatMap((request) =>
  pathsIn(request).flatMap((steps) => KINDS.map((kind) => replaced(request, steps, kind))),
);

/** Prepares a request up to the plan of its hosts; returns the error of ours that refused it, or undefined. */
function refusal(value: unknown, isAsPlatform: boolean): OptmlError | undefined {
  try {
    const request = prepareRequest(value, { where: 'job.json', baseDir: '/jobs', isAsPlatform });
    const hosts = planHosts(request);
    planChannels(request, hosts);
    const files = { mlDir: '/ml', host: hosts[0] ?? assert.fail('no host'), hosts, request };
    const more = { inputDataConfig: {}, networkInterface: 'eth0', checkpointPath: undefined, tensorBoard: undefined };
    JSON.stringify(resourceConfig({ ...files, ...more }));
    const given = { request, variables: {}, credentials: {}, projectVariables: {}, networkInterface: 'eth0' };
    assert.equal(typeof hostVariables(given)['TRAINING_JOB_NAME'], 'string');
    return undefined;
  } catch (error) {
    assert.ok(isOptmlError(error), error instanceof Error ? error.stack : String(error));
    assert.equal(error.kind, 'user', error.message);
    return error;
  }
}

/** Any value that JSON can hold, with objects as JavaScript has them. */
const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(...KINDS), anyText, fc.double(), fc.integer()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(anyName, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** A whole request with a few of its values replaced, each by any other. */
const anyMutation: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...WHOLE), fc.array(fc.tuple(fc.nat(), anyJson), { minLength: 1, maxLength: 3 }))
  .map(([request, changes]) =>
    changes.reduce<unknown>((value, [at, content]) => {
      const paths = pathsIn(value);
      return replaced(value, paths[at % paths.length] ?? [], content);
    }, request),
  );

test(`the requests that are mutated pass as they are`, () => {
  for (const request of WHOLE) assert.equal(refusal(request, false), undefined);
});

test(`${MUTATIONS.length} requests with one value of another kind: each is planned, or refused with its problems`, () => {
  for (const request of MUTATIONS) {
    for (const isAsPlatform of [false, true]) {
      assert.doesNotThrow(() => refusal(request, isAsPlatform), JSON.stringify(request));
    }
  }
});

test(`${RUNS} requests with any values: each is planned, or refused with its problems (${SEED_NOTE})`, () => {
  fc.assert(
    fc.property(fc.oneof(anyJson, anyMutation), fc.boolean(), (request, isAsPlatform) => {
      refusal(request, isAsPlatform);
    }),
    seeded(RUNS),
  );
});

test(`${RUNS} requests with any values and flags over them: each is refused or planned (${SEED_NOTE})`, () => {
  const flags = {
    name: 'job',
    image: 'image',
    source: './src',
    program: 'train.ts',
    channels: [['training', './data']] as const,
    hyperparameters: [['epochs', '3']] as const,
    environment: [['KEY', 'value']] as const,
    instances: 2,
    output: './out',
    maxRuntimeSeconds: 60,
  };
  fc.assert(
    fc.property(fc.oneof(anyJson, anyMutation), (request) => {
      refusal(applyFlags(request, flags, '/work'), false);
    }),
    seeded(RUNS),
  );
});

test(`${RUNS} texts as YAML: each has a value or a problem (${SEED_NOTE})`, () => {
  const syntax = fc
    .array(
      fc.constantFrom(...'abx1 \n\t:-?,[]{}&*!|>\'"%@#<~.', '\n  ', ': ', '- ', '<<', '---\n', '...\n', '!!', '\\'),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join(''));
  const damaged = fc.tuple(anyMutation, fc.nat(), syntax).map(([request, at, text]) => {
    const whole = stringify(request);
    const cut = at % whole.length;
    return whole.slice(0, cut) + text + whole.slice(cut);
  });
  fc.assert(
    fc.property(fc.oneof(syntax, anyText, damaged), (text) => {
      const { value, problem } = parseYamlText(text);
      if (problem === undefined) refusal(value, false);
      else assert.ok(problem.message.length > 0);
    }),
    seeded(RUNS),
  );
});
