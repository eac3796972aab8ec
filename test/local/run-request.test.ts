// The request of `optml run`: files, flags, names, and what is refused. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { list } from 'tar';
import { isThere, makeWorkplace, OPTML, requestOf } from '../support/run-job-command.ts';

test('a job file in YAML runs as one in JSON', async (t) => {
  const workplace = makeWorkplace(t, 'echo "epochs are $(cat $ml/input/config/hyperparameters.json)"');
  workplace.write(
    'job.yaml',
    `TrainingJobName: of-yaml
AlgorithmSpecification:
  TrainingImage: file://project
  TrainingInputMode: File
  ContainerEntrypoint: [/bin/sh, train.sh]
HyperParameters:
  epochs: "3"
OutputDataConfig: { S3OutputPath: ./out }
ResourceConfig: { InstanceType: local, InstanceCount: 1 }
StoppingCondition: { MaxRuntimeInSeconds: 60 }
`.replace('file://project', 'file://./project'),
  );
  const { code, stdout, stderr } = await workplace.optml(['run', 'job.yaml', '--engine', 'process']);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'epochs are {"epochs":"3"}\n');
  assert.equal(workplace.record('of-yaml').TrainingJobStatus, 'Completed');
});

test('paths of a job file on standard input are relative to the working directory', async (t) => {
  const workplace = makeWorkplace(t, 'echo from the project');
  const run = promisify(execFile)(
    'sh',
    ['-c', `"$0" "$1" run /dev/stdin --engine process < job.json`, process.execPath, OPTML],
    {
      cwd: workplace.dir,
      env: { PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: workplace.home },
    },
  );
  assert.equal((await run).stdout, 'from the project\n');
});

for (const engine of ['process', 'docker']) {
  test(`a size or GPUs that ${engine} cannot read are a usage error, and nothing is recorded`, async (t) => {
    const workplace = makeWorkplace(t);
    for (const [option, value, expected] of [
      ['--shm-size', '12q', 'a size'],
      ['--memory', 'much', 'a size'],
      ['--gpus', 'banana', 'GPUs'],
    ] as const) {
      const { code, stdout, stderr } = await workplace.optml(['run', 'job.json', '--engine', engine, option, value]);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.ok(stderr.includes(`USAGE: optml run: expected ${option} to be ${expected}, got "${value}"\n`), stderr);
      assert.ok(!isThere(workplace.home), 'no job was claimed');
    }
  });
}

test('everything that is wrong is listed together, with its path, and nothing is recorded', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write(
    'job.yaml',
    `TrainingJobName: "bad name"
AlgorithmSpecification: { TrainingImage: file://./project, TrainingInputMode: Fast }
HyperParameters: { epochs: 3 }
OutputDataConfig: { S3OutputPth: ./out }
ResourceConfig: { InstanceType: local, InstanceCount: 0 }
StoppingCondition: { MaxRuntimeInSeconds: 60 }
`,
  );
  const { code, stdout, stderr } = await workplace.optml(['run', 'job.yaml', '--engine', 'process']);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  for (const path of [
    'TrainingJobName',
    'TrainingInputMode',
    'HyperParameters.epochs',
    'S3OutputPth',
    'InstanceCount',
  ]) {
    assert.match(stderr, new RegExp(path.replace('.', '\\.')), stderr);
  }
  assert.match(stderr, /quote it/i);
  assert.match(stderr, /Did you mean "S3OutputPath"/);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.equal(isThere(workplace.home), false);
});

test('flags alone make a whole job, and the folder of the source is not written to', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write(
    'src/train.sh',
    '#!/bin/sh\necho "arguments: $*; more: $MORE"; cp "$SM_CHANNEL_TRAINING/a.txt" "$SM_MODEL_DIR"\ntouch here\n',
  );
  workplace.write('data/a.txt', 'data');
  const command = ['--source', './src', '--program', 'train.sh', '--channel', 'training=./data', '--hp', 'epochs=3'];
  const more = ['--env', 'MORE=x=y', '--name', 'my-job', '--output', './out', '--max-runtime', '600'];
  const quiet = ['--env', 'SAGEMAKER_CONTAINER_LOG_LEVEL=40'];
  const { code, stdout, stderr } = await workplace.optml(['run', ...command, ...more, ...quiet, '--engine', 'process']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^arguments: --epochs 3; more: x=y$/m);
  const archive = join(workplace.dir, 'out', 'my-job', 'output', 'model.tar.gz');
  const names: string[] = [];
  await list({ file: archive, onReadEntry: ({ path }) => names.push(path) });
  assert.deepEqual(names, ['a.txt']);
  assert.deepEqual(readdirSync(join(workplace.dir, 'src')), ['train.sh']);
});

test('flags win over the file, and --print-request shows the whole request and runs nothing', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    HyperParameters: { epochs: '1', rate: '2' },
    Environment: { API_TOKEN: 'as it is' },
  });
  const flags = [
    '--hp',
    'epochs=9',
    '--max-runtime',
    '5',
    '--instances',
    '2',
    '--output',
    'elsewhere',
    '--name',
    'other',
  ];
  const { code, stdout } = await workplace.run([...flags, '--print-request']);
  assert.equal(code, 0);
  const request = JSON.parse(stdout);
  assert.deepEqual(request, {
    ...requestOf(),
    TrainingJobName: 'other',
    AlgorithmSpecification: {
      TrainingImage: `file://${workplace.dir}/project`,
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', 'train.sh'],
    },
    HyperParameters: { epochs: '9', rate: '2' },
    Environment: { API_TOKEN: 'as it is' },
    OutputDataConfig: { S3OutputPath: `${workplace.dir}/elsewhere` },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 2 },
    StoppingCondition: { MaxRuntimeInSeconds: 5 },
  });
  assert.equal(isThere(workplace.home), false);
});

test('paths in a file count from the file, paths in flags from the working directory', async (t) => {
  const workplace = makeWorkplace(t, 'cat $ml/input/data/one/f $ml/input/data/two/f');
  workplace.write('sub/one/f', 'one\n');
  workplace.write('two/f', 'two\n');
  const request = requestOf({
    AlgorithmSpecification: {
      TrainingImage: 'file://../project',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', 'train.sh'],
    },
    InputDataConfig: [{ ChannelName: 'one', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './one' } } }],
  });
  workplace.write('sub/job.json', JSON.stringify(request));
  const command = ['run', 'sub/job.json', '--engine', 'process', '--channel', 'two=two'];
  const { code, stdout, stderr } = await workplace.optml(command);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'one\ntwo\n');
  assert.ok(isThere(workplace.dir, 'sub', 'out') || workplace.record().outputs.length === 0);
});

test('--as-platform refuses what only this machine takes, and takes what the platform takes', async (t) => {
  const workplace = makeWorkplace(t);
  const refused = await workplace.run(['--as-platform', '--print-request']);
  assert.equal(refused.code, 2);
  for (const path of ['TrainingImage', 'S3OutputPath', 'InstanceType', 'RoleArn']) {
    assert.match(refused.stderr, new RegExp(path), refused.stderr);
  }
  workplace.writeJob({
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-west-1.amazonaws.com/i:1', TrainingInputMode: 'File' },
    RoleArn: 'arn:aws:iam::123456789012:role/sagemaker',
    OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  assert.equal((await workplace.run(['--as-platform', '--print-request'])).code, 0);
});

test('wrong words, a missing file and a file that is no JSON end with exit code 2 and say what to do', async (t) => {
  const workplace = makeWorkplace(t);
  const cases = [
    [['run', 'job.json', '--engin', 'process'], /--engine/],
    [['run', 'nowhere.json'], /nowhere\.json does not exist/],
    [['run', 'job.json', '--engine', 'rocket'], /docker, podman, nerdctl, finch, process/],
    [['run', 'job.json', '--hp', 'epochs'], /NAME=VALUE/],
    [['run', 'job.json', '--instances', 'two'], /whole number/],
    [['run', 'broken.json'], /line 2, column/],
  ] as const;
  workplace.write('broken.json', '{\n  "TrainingJobName" "job"\n}');
  for (const [command, expected] of cases) {
    const { code, stdout, stderr } = await workplace.optml(command);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

test('the name of a job that runs is refused, that of one that has ended gets a suffix, as the first line says', async (t) => {
  const workplace = makeWorkplace(t, 'echo begun; while [ ! -e "$GO" ]; do sleep 0.05; done', {
    Environment: { GO: '/nowhere' },
  });
  const go = join(workplace.dir, 'go');
  const first = workplace.start(['--env', `GO=${go}`]);
  await first.seen('begun');
  const refused = await workplace.run();
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /JOB_NAME_IN_USE.*"job" is running/);
  workplace.write('go', '');
  const { code, stderr } = await first.ended;
  assert.equal(code, 0, stderr);
  assert.equal(stderr.split('\n')[0], 'Job job');
  const second = await workplace.run(['--env', `GO=${go}`]);
  assert.equal(second.code, 0, second.stderr);
  assert.equal(second.stderr.split('\n')[0], 'Job job-2 (an ended job is called job)');
  assert.equal(workplace.record('job-2').TrainingJobStatus, 'Completed');
});

test('what optml init writes runs immediately', async (t) => {
  const workplace = makeWorkplace(t);
  const written = await workplace.optml(['init', 'my project']);
  assert.equal(written.code, 0, written.stderr);
  const { code, stderr } = await workplace.optml(['run', 'my project/job.json', '--engine', 'process']);
  assert.equal(code, 0, stderr);
  const { ModelArtifacts, FinalMetricDataList } = workplace.record('my-project');
  assert.ok(isThere(ModelArtifacts?.S3ModelArtifacts ?? ''));
  assert.equal(FinalMetricDataList?.[0]?.MetricName, 'loss');
  assert.match(readFileSync(join(workplace.jobDir('my-project'), 'logs', 'algo-1.log'), 'utf8'), /epoch=20 loss=/);
});

test('a project folder may have characters in its name that a URI encodes', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('my #1 %41/train.sh', 'echo the project ran > "$SM_MODEL_DIR/text"\n');
  const { code, stderr } = await workplace.optml([
    ...['run', '--image', './my #1 %41', '--program', 'train.sh', '--name', 'odd', '--engine', 'process'],
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(
    workplace.record('odd').request.AlgorithmSpecification?.TrainingImage,
    `file://${workplace.dir}/my #1 %41`,
  );
});
