import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findDefaults } from '../../../../src/estimator/configuration/find-defaults.ts';
import { temporaryFolder } from '../../../support/job.ts';

const ROLE = 'arn:aws:iam::123456789012:role/training';

/** Writes files, and returns a function that finds defaults below `base`. No configuration of this machine counts. */
function place(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const usual = { HOME: join(root, 'home'), XDG_CONFIG_DIRS: join(root, 'xdg') };
  const find = (variables: NodeJS.ProcessEnv = {}, base = 'project') =>
    findDefaults({
      variables: { ...usual, ...variables },
      baseDir: join(root, base),
      workDir: root,
      readS3: async ({ bucket, key }) => files[`s3/${bucket}/${key}`],
    });
  return { root, find };
}

const sdk = (body: string) => `SchemaVersion: '1.0'\nSageMaker:\n${body}`;
const job = (body: string) => sdk(`  TrainingJob:\n${body.replaceAll(/^/gm, '    ')}\n`);

test('the environment wins over the project, which wins over the user and the administrator', async (t) => {
  const { root, find } = place(t, {
    'xdg/sagemaker/config.yaml': job(
      `RoleArn: ${ROLE}-admin\nEnvironment: {A: admin, B: admin}\nVpcConfig:\n  Subnets: [s-1]\n  SecurityGroupIds: [g-1]`,
    ),
    'home/.config/sagemaker/config.yaml': job(`RoleArn: ${ROLE}-user\nEnvironment: {B: user}`),
    'project/optml.json': JSON.stringify({ $schema: 'x', roleArn: `${ROLE}-project`, bucket: 'data-bucket' }),
  });
  const { defaults, origins } = await find({ OPTML_BUCKET: 'other-bucket', OPTML_TAGS: 'team=ml,cost=a=b' });
  assert.deepEqual(defaults, {
    roleArn: `${ROLE}-project`,
    environment: { A: 'admin', B: 'user' },
    subnets: ['s-1'],
    securityGroupIds: ['g-1'],
    bucket: 'other-bucket',
    tags: [
      { Key: 'team', Value: 'ml' },
      { Key: 'cost', Value: 'a=b' },
    ],
  });
  assert.equal(origins.roleArn, join(root, 'project/optml.json'));
  assert.equal(origins.bucket, 'OPTML_BUCKET');
  assert.equal(origins.subnets, join(root, 'xdg/sagemaker/config.yaml'));
});

test('the project file is found up to the root of the repository, and no further', async (t) => {
  const { find } = place(t, {
    'optml.json': '{"bucket": "above-the-repository"}',
    'project/.git/HEAD': '',
    'project/optml.json': '{"bucket": "of-the-project"}',
    'project/jobs/job.json': '{}',
    'loose/jobs/job.json': '{}',
    'other/.git/HEAD': '',
  });
  assert.equal((await find({}, 'project/jobs')).defaults.bucket, 'of-the-project');
  assert.deepEqual((await find({}, 'other')).defaults, {});
  assert.deepEqual((await find({}, 'loose/jobs')).defaults, {}, 'outside of a repository no folder above is searched');
  assert.equal((await find({}, '.')).defaults.bucket, 'above-the-repository');
});

test('the configuration of the SDK is understood for training jobs, and other sections are skipped', async (t) => {
  const { find } = place(t, {
    'home/.config/sagemaker/config.yaml': `SchemaVersion: '1.0'
CustomParameters: {AnyName: value}
SageMaker:
  FeatureGroup: {RoleArn: x}
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Estimator: {DebugHookConfig: false}
      Session: {DefaultS3Bucket: sdk-bucket, DefaultS3ObjectKeyPrefix: team/a}
  TrainingJob:
    EnableInterContainerTrafficEncryption: true
    EnableNetworkIsolation: false
    OutputDataConfig: {KmsKeyId: key-1}
    ResourceConfig: {VolumeKmsKeyId: key-2}
    ProfilerConfig: {DisableProfiler: true}
    Tags: [{Key: a, Value: b}]
`,
  });
  const { defaults } = await find();
  assert.deepEqual(defaults, {
    bucket: 'sdk-bucket',
    prefix: 'team/a',
    encryptInterContainerTraffic: true,
    enableNetworkIsolation: false,
    outputKmsKeyId: 'key-1',
    volumeKmsKeyId: 'key-2',
    disableProfiler: true,
    tags: [{ Key: 'a', Value: 'b' }],
  });
});

test('variables name other configurations: a file, a folder, an object or a prefix', async (t) => {
  const { find } = place(t, {
    'conf/config.yaml': job('RoleArn: from-folder'),
    'other.yml': job('RoleArn: from-file'),
    'home/.config/sagemaker/config.yaml': job('RoleArn: usual'),
    's3/bucket/team/config.yaml': job('RoleArn: from-s3'),
    'empty.yaml': '',
  });
  const roleOf = async (name: string) => (await find({ SAGEMAKER_USER_CONFIG_OVERRIDE: name })).defaults.roleArn;
  assert.equal(await roleOf('conf'), 'from-folder');
  assert.equal(await roleOf('other.yml'), 'from-file');
  assert.equal(await roleOf('s3://bucket/team/config.yaml'), 'from-s3');
  assert.equal(await roleOf('empty.yaml'), undefined);
  assert.equal(await roleOf(''), 'usual', 'an empty variable is not set');
  for (const name of ['missing.yaml', 's3://bucket/none']) {
    await assert.rejects(roleOf(name), {
      code: 'DEFAULTS_INVALID',
      where: 'SAGEMAKER_USER_CONFIG_OVERRIDE',
      fix: 'Correct SAGEMAKER_USER_CONFIG_OVERRIDE, or unset it.',
    });
  }
});

test('one error lists all wrong defaults, each with its place and the nearest name', async (t) => {
  const { root, find } = place(t, {
    'project/optml.json': '{"rolearn": "x", "subnets": "s-1", "bucket": "s3://data", "tags": [{"key": "a"}]}',
    'home/.config/sagemaker/config.yaml': job('RoleARN: x\nEnableNetworkIsolation: yes\nVpcConfig: 5'),
  });
  await assert.rejects(find(), (error: Error & { where: string }) => {
    assert.equal(error.where, join(root, 'home/.config/sagemaker/config.yaml'));
    assert.match(error.message, /SageMaker\.TrainingJob\.RoleARN: there is no such setting\. Did you mean "RoleArn"\?/);
    assert.match(error.message, /EnableNetworkIsolation: expected true or false, got "yes"/);
    assert.match(error.message, /VpcConfig: expected a mapping/);
    return true;
  });
  await assert.rejects(find({ HOME: root }), (error: Error & { code: string; exitCode: number }) => {
    assert.equal(error.code, 'DEFAULTS_INVALID');
    assert.equal(error.exitCode, 2);
    assert.match(error.message, /rolearn: there is no such setting\. Did you mean "roleArn"\?/);
    assert.match(error.message, /subnets: expected a list of texts, got "s-1"/);
    assert.match(error.message, /bucket: expected the name of a bucket, without s3:\/\/, got "s3:\/\/data"/);
    assert.match(error.message, /tags: expected a list of/);
    return true;
  });
  await assert.rejects(find({ HOME: root, OPTML_TAGS: 'a' }, '.'), /OPTML_TAGS: expected NAME=VALUE/);
});

for (const [title, content, expected] of [
  ['another version', "SchemaVersion: '2.0'", /SchemaVersion: expected the text "1.0"/],
  ['a version without quotes', 'SchemaVersion: 1.0', /Quote it: '1.0'/],
  ['no version', 'SageMaker: {}', /SchemaVersion: it is missing/],
  ['a list', '- a', /expected a mapping/],
  ['a broken document', 'a: [', /cannot be read/],
  ['endless aliases', `a: &a [x]\nb: &b [${'*a,'.repeat(9)}]\nc: [*c]`, /cannot be read/],
  ['100,000 levels', '['.repeat(100_000), /nested more than 100 levels deep/],
  ['too much text', `a: ${'x'.repeat(2 << 20)}`, /more than 1048576 bytes/],
] as const) {
  test(`a configuration of the SDK with ${title} is a clear error`, async (t) => {
    const { find } = place(t, { 'home/.config/sagemaker/config.yaml': content });
    await assert.rejects(find(), (error: Error & { code: string }) => {
      assert.equal(error.code, 'DEFAULTS_INVALID');
      assert.match(error.message, expected);
      return true;
    });
  });
}

for (const prefix of ['../other', 'a/../b', 'a//b', '.', 'a/.', '\u001b[31m', 'a\nb', 'p'.repeat(513)]) {
  test(`a prefix that other programs read otherwise is refused: ${JSON.stringify(prefix).slice(0, 12)}`, async (t) => {
    const { find } = place(t, {});
    await assert.rejects(find({ OPTML_PREFIX: prefix }), {
      code: 'DEFAULTS_INVALID',
      message: /^these defaults cannot be used:\n {2}OPTML_PREFIX: expected a prefix of at most 512 characters/,
    });
  });
}

test('a prefix with slashes at its ends, spaces and dots in names is accepted', async (t) => {
  const { find } = place(t, {});
  for (const prefix of ['/team/x/', 'a b/.c/d..e', 'é', '/']) {
    assert.equal((await find({ OPTML_PREFIX: prefix })).defaults.prefix, prefix);
  }
});

test('a variable with the name of a prototype is a variable', async (t) => {
  const { find } = place(t, { 'project/optml.json': '{"environment": {"__proto__": "a", "B": "b"}}' });
  const { environment = {} } = (await find()).defaults;
  assert.deepEqual(Object.entries(environment), [
    ['__proto__', 'a'],
    ['B', 'b'],
  ]);
});
