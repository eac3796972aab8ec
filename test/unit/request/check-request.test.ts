import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkRequest } from '../../../src/request/check-request.ts';
import { CREATE_TRAINING_JOB } from '../../../src/request/training-job.ts';

const ROLE = 'arn:aws:iam::123456789012:role/training';

/** A request that the platform takes, with changes at its top level. */
function requestWith(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    TrainingJobName: 'mnist-1',
    AlgorithmSpecification: { TrainingImage: 'image:1', TrainingInputMode: 'File' },
    RoleArn: ROLE,
    InputDataConfig: [channel()],
    OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    ...changes,
  };
}

function channel(changes: Readonly<Record<string, unknown>> = {}, source: Readonly<Record<string, unknown>> = {}) {
  return {
    ChannelName: 'training',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/train', ...source } },
    ...changes,
  };
}

// The message lists the first twelve values of the enumeration in the API.
const FIRST_TYPES =
  'ml.m4.xlarge, ml.m4.2xlarge, ml.m4.4xlarge, ml.m4.10xlarge, ml.m4.16xlarge, ml.g4dn.xlarge, ml.g4dn.2xlarge, ml.g4dn.4xlarge, ml.g4dn.8xlarge, ml.g4dn.12xlarge, ml.g4dn.16xlarge, ml.m5.large';

/** `path: message fix` of every problem. */
function problemsOf(request: unknown, isLocal = false): readonly string[] {
  return (checkRequest(CREATE_TRAINING_JOB, request, isLocal).problems ?? []).map(({ path, message, fix }) =>
    [`${path}: ${message}`, fix].filter(Boolean).join(' '),
  );
}

test('a request that the platform takes has no problem, here and there', () => {
  assert.deepEqual(problemsOf(requestWith()), []);
  assert.deepEqual(problemsOf(requestWith(), true), []);
});

test('limits read as the API words them, with the path of the value', () => {
  const request = requestWith({
    TrainingJobName: '-bad-',
    HyperParameters: { epochs: 'x'.repeat(2501) },
    ResourceConfig: { InstanceType: 'ml.m5.larg', InstanceCount: 0, VolumeSizeInGB: 10 },
    InputDataConfig: [channel({ ChannelName: 'a b' })],
  });
  assert.deepEqual(
    [...problemsOf(request)].sort(),
    [
      "TrainingJobName: Value '-bad-' at 'TrainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
      `HyperParameters.epochs: Value '${'x'.repeat(60)}…' at 'HyperParameters.epochs' failed to satisfy constraint: Member must have length less than or equal to 2500`,
      `ResourceConfig.InstanceType: Value 'ml.m5.larg' at 'ResourceConfig.InstanceType' failed to satisfy constraint: Member must satisfy enum value set: [${FIRST_TYPES}, … 151 in all] Did you mean "ml.m5.large"?`,
      "ResourceConfig.InstanceCount: Value '0' at 'ResourceConfig.InstanceCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
      "InputDataConfig[0].ChannelName: Value 'a b' at 'InputDataConfig[0].ChannelName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\.\\-_]+",
    ].sort(),
  );
});

test('an instance type with a slip of the keyboard gets the right one', () => {
  const resources = { InstanceType: 'ml.m5.larg', InstanceCount: 1, VolumeSizeInGB: 1 };
  const [problem = ''] = problemsOf(requestWith({ ResourceConfig: resources }));
  assert.match(
    problem,
    /^ResourceConfig\.InstanceType: Value 'ml\.m5\.larg' .* enum value set: \[.*\] Did you mean "ml\.m5\.large"\?$/,
  );
});

test('missing members, unknown ones with the nearest name, and wrong types are reported', () => {
  const request = requestWith({ OutputDataConfig: {}, Hyperparameters: {}, EnableNetworkIsolation: 'yes', Tags: {} });
  assert.deepEqual(problemsOf(request), [
    "OutputDataConfig.S3OutputPath: Value null at 'OutputDataConfig.S3OutputPath' failed to satisfy constraint: Member must not be null",
    'Hyperparameters: CreateTrainingJob has no such member Did you mean "HyperParameters"?',
    'EnableNetworkIsolation: expected true or false, got the text "yes"',
    'Tags: expected a list, got an object',
  ]);
});

test('a member that Step Functions computes is named as such', () => {
  assert.deepEqual(problemsOf(requestWith({ 'CheckpointConfig.$': '$.checkpoints' })), [
    '["CheckpointConfig.$"]: Step Functions computes this value when it runs Write "CheckpointConfig" with a value.',
  ]);
});

test('a number where the API wants text gets the advice to quote it', () => {
  assert.deepEqual(problemsOf(requestWith({ HyperParameters: { epochs: 3, flag: true, list: [1] } })), [
    'HyperParameters.epochs: expected text, got the number 3 Quote it: "3".',
    'HyperParameters.flag: expected text, got the boolean true Quote it: "true".',
    'HyperParameters.list: expected text, got a list',
  ]);
});

test('a list where the API wants text is reported, whatever is in it', () => {
  assert.deepEqual(problemsOf(requestWith({ HyperParameters: { a: [{ toString: null }] } })), [
    'HyperParameters.a: expected text, got a list',
  ]);
});

test('something that is no request at all is reported', () => {
  for (const value of [null, [], 'text', 3]) assert.equal(problemsOf(value).length, 1, String(value));
});

describe('null members', () => {
  test('are treated as absent, at any depth, and are not in the result', () => {
    const request = requestWith({
      CheckpointConfig: null,
      HyperParameters: null,
      RetryStrategy: undefined,
      InputDataConfig: [channel({ ShuffleConfig: null, InputMode: null }, { AttributeNames: null })],
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 10, InstanceGroups: null },
      AlgorithmSpecification: { TrainingImage: 'image:1', AlgorithmName: null, TrainingInputMode: 'File' },
    });
    assert.deepEqual(checkRequest(CREATE_TRAINING_JOB, request, false), { request: requestWith() });
  });

  test('that the API demands are missing, as if they were not there', () => {
    for (const member of ['TrainingJobName', 'AlgorithmSpecification', 'ResourceConfig', 'StoppingCondition']) {
      assert.deepEqual(problemsOf(requestWith({ [member]: null })), problemsOf(requestWith({ [member]: undefined })));
      assert.match(
        problemsOf(requestWith({ [member]: null })).join('\n'),
        new RegExp(`^${member}: .* must not be null`),
      );
    }
  });

  test('are problems with a path where nothing may be absent: in lists, in maps, under an unknown name', () => {
    const request = requestWith({
      HyperParameters: { epochs: null },
      InputDataConfig: [null, channel({}, { AttributeNames: ['a', null] })],
      Hyperparameters: null,
    });
    assert.deepEqual(problemsOf(request), [
      'InputDataConfig[0]: expected an object, got null',
      'InputDataConfig[1].DataSource.S3DataSource.AttributeNames[1]: expected text, got null',
      'HyperParameters.epochs: expected text, got null',
      'Hyperparameters: CreateTrainingJob has no such member Did you mean "HyperParameters"?',
    ]);
  });
});

test('whole numbers that no reader keeps exact, or that the API cannot hold, are reported', () => {
  assert.deepEqual(
    problemsOf(
      requestWith({
        HyperParameters: { id: 2 ** 60 },
        InputDataConfig: [channel({ ShuffleConfig: { Seed: 2 ** 53 } })],
        StoppingCondition: { MaxRuntimeInSeconds: 2 ** 31 },
      }),
    ),
    [
      'InputDataConfig[0].ShuffleConfig.Seed: 9007199254740992 is not exact: JSON and YAML readers round whole numbers beyond 9007199254740991 Give a smaller number.',
      "StoppingCondition.MaxRuntimeInSeconds: Value '2147483648' at 'StoppingCondition.MaxRuntimeInSeconds' failed to satisfy constraint: Member must have value less than or equal to 2147483647",
      'HyperParameters.id: expected text, got the number 1152921504606847000',
    ],
  );
});

test('a list that is too long is reported even where its value cannot be written', () => {
  const circle: unknown[] = [];
  circle.push(circle, ...Array(60).fill(0));
  assert.match(
    problemsOf(requestWith({ Tags: circle }))[0] ?? '',
    /^Tags: Value 'a list' .* less than or equal to 50$/,
  );
});

describe('places on this machine', () => {
  const LOCAL = requestWith({
    RoleArn: undefined,
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
    InputDataConfig: [channel({}, { S3Uri: './data' })],
    OutputDataConfig: { S3OutputPath: 'file:///tmp/out' },
    CheckpointConfig: { S3Uri: '../checkpoints' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
  });

  test('are taken where S3 is, and a role and a volume may be left out', () => {
    assert.deepEqual(problemsOf(LOCAL, true), []);
  });

  test('are refused, each by its path, as the platform would', () => {
    const paths = problemsOf(LOCAL).map((problem) => problem.slice(0, problem.indexOf(':')));
    assert.deepEqual(
      paths,
      [
        'RoleArn',
        'InputDataConfig[0].DataSource.S3DataSource.S3Uri',
        'OutputDataConfig.S3OutputPath',
        'ResourceConfig.InstanceType',
        'ResourceConfig.VolumeSizeInGB',
        'CheckpointConfig.S3Uri',
        'AlgorithmSpecification.TrainingImage',
      ].sort((a, b) => paths.indexOf(a) - paths.indexOf(b)),
    );
    const more = problemsOf(
      requestWith({ AlgorithmSpecification: { TrainingImage: 'file://x', TrainingInputMode: 'File' } }),
    );
    assert.match(more.join(), /^AlgorithmSpecification\.TrainingImage: .* lies on this machine/);
  });

  test('are not taken for a text that merely has no scheme', () => {
    const hintFor = (S3Uri: string) => {
      const problems = problemsOf(requestWith({ InputDataConfig: [channel({}, { S3Uri })] }), true);
      assert.equal(problems.length, 1);
      return problems[0] ?? '';
    };
    assert.match(hintFor('data'), /For a path on this machine, write "\.\/data"\.$/);
    assert.match(hintFor('~/data'), /Only a shell replaces "~"\. Write "\/.*\/data"\.$/);
  });

  test('may be the folder of the file, and the one above', () => {
    for (const S3Uri of ['.', '..']) {
      assert.deepEqual(problemsOf(requestWith({ InputDataConfig: [channel({}, { S3Uri })] }), true), []);
    }
  });
});

describe('a mistake', () => {
  const twice = [channel({ Extra: 1 }), channel({ InputMode: 'Fil' })];

  test('in a member does not hide other mistakes of the same member', () => {
    const pathsOf = (request: unknown) => problemsOf(request, true).map((problem) => problem.split(': ', 1)[0]);
    assert.deepEqual(pathsOf(requestWith({ InputDataConfig: twice })), [
      'InputDataConfig[0].Extra',
      'InputDataConfig[1].InputMode',
      'InputDataConfig[1].ChannelName',
    ]);
    const groups = [
      { InstanceGroupName: 'a', InstanceType: 'ml.m5.large', InstanceCount: '1' },
      { InstanceGroupName: 'a', InstanceType: 'ml.m5.large', InstanceCount: 1 },
      7,
    ];
    assert.deepEqual(pathsOf(requestWith({ ResourceConfig: { InstanceGroups: groups, InstanceCount: 1 } })), [
      'ResourceConfig.InstanceGroups[0].InstanceCount',
      'ResourceConfig.InstanceGroups[2]',
      'ResourceConfig.InstanceGroups[1].InstanceGroupName',
    ]);
  });

  test('of a type is reported once, and not as a member that is missing', () => {
    const request = requestWith({
      ResourceConfig: 'ml.m5.large',
      InputDataConfig: [{ ChannelName: 'a', DataSource: 's3://bucket/a' }, { ChannelName: 'b' }],
      AlgorithmSpecification: { TrainingImage: 3, TrainingInputMode: 'File' },
    });
    assert.deepEqual(
      [...problemsOf(request)].sort(),
      [
        'ResourceConfig: expected an object, got the text "ml.m5.large"',
        'InputDataConfig[0].DataSource: expected an object, got the text "s3://bucket/a"',
        "InputDataConfig[1].DataSource: Value null at 'InputDataConfig[1].DataSource' failed to satisfy constraint: Member must not be null",
        'AlgorithmSpecification.TrainingImage: expected text, got the number 3 Quote it: "3".',
      ].sort(),
    );
  });
});

describe('a list that may be absent', () => {
  const EMPTY = {
    InputDataConfig: [],
    Tags: [],
    AlgorithmSpecification: { TrainingImage: 'image:1', TrainingInputMode: 'File', ContainerEntrypoint: [] },
  };

  test('may be empty on this machine, and is then absent', () => {
    const { InputDataConfig: _, ...expected } = requestWith({
      AlgorithmSpecification: { TrainingImage: 'image:1', TrainingInputMode: 'File' },
    });
    assert.deepEqual(checkRequest(CREATE_TRAINING_JOB, requestWith(EMPTY), true), { request: expected });
  });

  test('may be empty for the platform only where its model allows it', () => {
    assert.deepEqual(
      problemsOf(requestWith(EMPTY)).map((problem) => problem.split(': ', 1)[0]),
      ['InputDataConfig', 'AlgorithmSpecification.ContainerEntrypoint'].sort(
        (a, b) => Object.keys(requestWith(EMPTY)).indexOf(a) - Object.keys(requestWith(EMPTY)).indexOf(b),
      ),
    );
  });
});

describe('rules that no shape holds (contract sections 7 and 12)', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    [
      'an image and an algorithm',
      { AlgorithmSpecification: { TrainingImage: 'i', AlgorithmName: 'a', TrainingInputMode: 'File' } },
      /exclude each other/,
    ],
    ['neither', { AlgorithmSpecification: { TrainingInputMode: 'File' } }, /one of TrainingImage and AlgorithmName/],
    ['no specification', { AlgorithmSpecification: undefined }, /AlgorithmSpecification: .*must not be null/],
    ['no resources', { ResourceConfig: undefined }, /ResourceConfig: .*must not be null/],
    [
      'no count',
      { ResourceConfig: { InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 } },
      /InstanceCount: .*must not be null/,
    ],
    ['no stopping condition', { StoppingCondition: undefined }, /StoppingCondition: .*must not be null/],
    ['too long a run', { StoppingCondition: { MaxRuntimeInSeconds: 2_419_201 } }, /less than or equal to 2419200/],
    [
      'spot with too short a wait',
      { EnableManagedSpotTraining: true, StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 59 } },
      /is less than MaxRuntimeInSeconds/,
    ],
    ['spot without a wait', { EnableManagedSpotTraining: true }, /MaxWaitTimeInSeconds: .*must not be null/],
    ['a wait without spot', { StoppingCondition: { MaxWaitTimeInSeconds: 60 } }, /managed spot training only/],
    [
      'two channels of one name',
      { InputDataConfig: [channel(), channel()] },
      /InputDataConfig\[1\]\.ChannelName: the channel "training" is there twice/,
    ],
    [
      'groups and a type',
      {
        ResourceConfig: {
          InstanceType: 'ml.m5.large',
          InstanceCount: 1,
          VolumeSizeInGB: 1,
          InstanceGroups: [{ InstanceGroupName: 'g', InstanceType: 'ml.m5.large', InstanceCount: 1 }],
        },
      },
      /exclude each other/,
    ],
    ['an unknown group', { InputDataConfig: [channel({}, { InstanceGroupNames: ['g'] })] }, /no instance group "g"/],
    ['Gzip in File mode', { InputDataConfig: [channel({ CompressionType: 'Gzip' })] }, /Pipe mode only \(C43\)/],
    [
      'RecordIO in File mode',
      { InputDataConfig: [channel({ RecordWrapperType: 'RecordIO' })] },
      /Pipe mode only \(C43\)/,
    ],
    [
      'an augmented manifest in File mode',
      { InputDataConfig: [channel({}, { S3DataType: 'AugmentedManifestFile', AttributeNames: ['a'] })] },
      /Pipe mode only \(C44\)/,
    ],
    [
      'FastFile of a manifest',
      { InputDataConfig: [channel({ InputMode: 'FastFile' }, { S3DataType: 'ManifestFile' })] },
      /S3Prefix only/,
    ],
    ['no data source', { InputDataConfig: [{ ChannelName: 'a', DataSource: {} }] }, /exactly one data source, got 0/],
    [
      'a serverless job',
      {
        ServerlessJobConfig: {
          JobType: 'FineTuning',
          BaseModelArn: 'arn:aws:sagemaker:eu-west-1:aws:hub-content/h/Model/m/1.0.0',
        },
      },
      /no image to run/,
    ],
    [
      'a warm pool with spot',
      {
        EnableManagedSpotTraining: true,
        StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 },
        ResourceConfig: {
          InstanceType: 'ml.m5.large',
          InstanceCount: 1,
          VolumeSizeInGB: 1,
          KeepAlivePeriodInSeconds: 60,
        },
      },
      /warm pool/,
    ],
  ];
  for (const [what, changes, command] of cases) {
    test(`are reported: ${what}`, () => {
      assert.match(problemsOf(requestWith(changes)).join('\n'), command);
    });
  }

  test('take Pipe mode of what is for Pipe mode', () => {
    const piped = channel(
      { InputMode: 'Pipe', CompressionType: 'Gzip', RecordWrapperType: 'RecordIO' },
      { S3DataType: 'AugmentedManifestFile', AttributeNames: ['source-ref'] },
    );
    assert.deepEqual(problemsOf(requestWith({ InputDataConfig: [piped] })), []);
  });
});
