import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Estimator, PyTorch, ScikitLearn, TensorFlowJs } from '../../../../src/estimator/index.ts';

const PLAIN = { imageUri: 'trainer', instanceType: 'local' };
const SCRIPT = { entryPoint: './train.py', instanceType: 'local' };
const WRONG_VERSION = 'Pass a text of letters, digits, ".", "_" and "-".';
const GROUPS = [{ instanceGroupName: 'a', instanceType: 'ml.m5.large', instanceCount: 1 }];

/** Options as programs in JavaScript may pass them: the class, the options, the option that is named, the fix. */
const MISTAKES: readonly (readonly [unknown, object, where: string, fix: string])[] = [
  [Estimator, { ...PLAIN, algorithmArn: 'arn' }, 'algorithmArn', 'Leave one of them out.'],
  [Estimator, { instanceType: 'local' }, 'imageUri', 'Pass the training image.'],
  [Estimator, { ...PLAIN, instanceGroups: GROUPS }, 'instanceGroups', 'Leave them out.'],
  [Estimator, { imageUri: 'trainer' }, 'instanceType', 'Pass one such as "ml.m5.xlarge", or "local" for this machine.'],
  [Estimator, { ...PLAIN, useSpotInstances: true }, 'maxWait', 'Pass the seconds for waiting and training together.'],
  [Estimator, { ...PLAIN, maxWait: 5 }, 'maxWait', 'Pass useSpotInstances: true, or leave it out.'],
  [Estimator, { ...PLAIN, subnets: ['subnet-1'] }, 'subnets', 'Pass both, or none.'],
  [Estimator, { ...PLAIN, checkpointLocalPath: '/x' }, 'checkpointS3Uri', 'Pass where checkpoints are kept.'],
  [Estimator, { ...PLAIN, sourceDir: 'src' }, 'entryPoint', 'Pass the program in that folder.'],
  [
    Estimator,
    { ...PLAIN, entryPoint: 's3://bucket/train.py' },
    'entryPoint',
    'Pass a path of this machine, or sourceDir with a sourcedir.tar.gz.',
  ],
  [Estimator, { ...PLAIN, inputMode: 'Stream' }, 'inputMode', 'Pass File, Pipe or FastFile.'],
  [Estimator, { ...PLAIN, max_run: 5 }, 'max_run', 'Write "maxRun".'],
  [Estimator, { ...PLAIN, maxRunn: 5 }, 'maxRunn', 'Write "maxRun".'],
  [Estimator, { ...PLAIN, git_config: {} }, 'git_config', 'Clone the repository, and pass its folder as sourceDir.'],
  [PyTorch, { ...SCRIPT, frameworkVersion: '2.6.0' }, 'pyVersion', 'Pass frameworkVersion and pyVersion, or imageUri.'],
  [PyTorch, { ...SCRIPT, frameworkVersion: '2', imageUri: 'x' }, 'frameworkVersion', 'Leave one of them out.'],
  [
    PyTorch,
    { ...SCRIPT, entryPoint: 'run.sh', imageUri: 'x', distribution: { torchDistributed: { enabled: true } } },
    'entryPoint',
    'Pass a file that ends in .py.',
  ],
  [
    PyTorch,
    { ...SCRIPT, frameworkVersion: '1.3.1', pyVersion: 'py2', distribution: { torchDistributed: { enabled: true } } },
    'pyVersion',
    'Pass one such as "py312".',
  ],
  [PyTorch, { ...SCRIPT, frameworkVersion: 2.6, pyVersion: 'py312' }, 'frameworkVersion', WRONG_VERSION],
  [PyTorch, { ...SCRIPT, frameworkVersion: '2.6.0', pyVersion: 'py 3' }, 'pyVersion', WRONG_VERSION],
  [ScikitLearn, { ...SCRIPT, frameworkVersion: '1.2\n-1' }, 'frameworkVersion', WRONG_VERSION],
  [
    ScikitLearn,
    { ...SCRIPT, frameworkVersion: '1.2-1', instanceCount: 2 },
    'instanceCount',
    'Leave it out, or pass 1.',
  ],
  [
    TensorFlowJs,
    { ...SCRIPT, instanceType: 'ml.m5.large' },
    'imageUri',
    'Push optml:tfjs to Amazon ECR, and pass its URI.',
  ],
];

for (const [Class, options, where, fix] of MISTAKES) {
  const { name } = Class as { readonly name: string };
  test(`${name} with ${JSON.stringify(options)} names ${where} and what to do`, () => {
    const Made = Class as new (options: object) => unknown;
    assert.throws(() => new Made(options), { code: 'USAGE', where, fix });
  });
}
