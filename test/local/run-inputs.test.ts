// What `optml run` checks before a job has a name: its inputs and the words of the command. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { create } from 'tar';
import { isThere, makeWorkplace } from '../support/run-job-command.ts';

const PROCESS = ['--engine', 'process'];

describe('inputs that are missing end the command before the job has a name', () => {
  for (const [what, args, message, fix] of [
    [
      'a source',
      ['--source', 'nowhere', '--program', 't.sh'],
      /--source: there is no file or folder \/.*\/nowhere$/,
      /Check the path/,
    ],
    [
      'a program',
      ['--source', 'src', '--program', 'other.sh'],
      /--program: there is no file other\.sh in \/.*\/src$/,
      /Name a file of the source; the source contains t\.sh\./,
    ],
    [
      'a program with another ending',
      ['--source', 'src', '--program', 't'],
      /--program: there is no file t in/,
      /Did you mean "t\.sh"\?/,
    ],
    [
      'no program',
      ['--source', 'src'],
      /: the program is missing$/,
      /Pass --program FILE; the source contains t\.sh\./,
    ],
    [
      'a program with its interpreter',
      ['--source', 'src', '--program', 'sh t.sh'],
      /--program: there is no file sh t\.sh in/,
      /Pass the file alone, --program t\.sh\.$/,
    ],
    [
      'a program with arguments',
      ['--source', 'src', '--program', 't.sh --epochs 3'],
      /--program: there is no file t\.sh --epochs 3 in/,
      /Pass the file alone, --program t\.sh, and its arguments as --hp NAME=VALUE\.$/,
    ],
    [
      'a program with a backslash',
      ['--source', '.', '--program', 'src\\t.sh'],
      /--program: there is no file src\\t\.sh in/,
      /Write "src\/t\.sh": Linux separates folders by "\/"\.$/,
    ],
    [
      'a source on Windows',
      ['--source', 'C:\\jobs\\src', '--program', 't.sh'],
      /--source: there is no file or folder /,
      /In WSL, write "\/mnt\/c\/jobs\/src"\.$/,
    ],
    [
      'a program outside of the source',
      ['--source', 'src', '--program', '../project/train.sh'],
      /--program: \.\.\/project\/train\.sh is outside of the source /,
      /--source \/.*\/project --program train\.sh\.$/,
    ],
    [
      'a program that .optmlignore lists',
      ['--source', 'ignoring', '--program', 'jobs/t.sh'],
      /--program: jobs\/t\.sh is not copied to the hosts$/,
      /Correct \/.*\/ignoring\/\.optmlignore: it lists the program\.$/,
    ],
    [
      'no program of an archive',
      ['--source', 'source.tar.gz'],
      /: the program is missing$/,
      /Pass --program FILE, a path in the archive\.$/,
    ],
    [
      'a job file of another ending',
      ['jobs.json'],
      /the job file jobs\.json does not exist$/,
      /Did you mean "job\.json"\?$/,
    ],
    [
      'a program in place of a job file',
      ['--source', 'src', 't.sh'],
      /the job file t\.sh does not exist$/,
      /optml run --source DIR --program FILE$/,
    ],
    [
      'a job file in S3',
      ['s3://bucket/job.json'],
      /the job file s3:\/\/bucket\/job\.json does not exist$/,
      /Download it first: aws s3 cp s3:\/\/bucket\/job\.json \.$/,
    ],
    [
      'a channel twice',
      ['--source', 'src', '--program', 't.sh', '--channel', 'a=src', '--channel', 'a=project'],
      /--channel: the channel "a" is there twice$/,
      /Give each channel once/,
    ],
    [
      'a channel',
      ['--source', 'src', '--program', 't.sh', '--channel', 'a=nodata'],
      /--channel: channel a: there is no file or folder \/.*\/nodata$/,
      /Check the path/,
    ],
    ['a value', ['--source', 'src', '--program', 't.sh', '--hp'], /--hp needs a value$/, /write --hp=--engine$/],
    [
      'a folder without a program that is known by its name',
      ['src'],
      /src has no job\.json, and no single program train\.\* or "main" of a package\.json$/,
      /^Fix: Pass one: src\/t\.sh\.$/,
    ],
    [
      'a folder with two programs',
      ['two'],
      /two has no job\.json, and no single program/,
      /^Fix: Pass one: two\/train\.js, two\/train\.ts\.$/,
    ],
    ['a folder without any program', ['jobs'], /jobs has no job\.json/, /Put job\.json or train\.\* there/],
    ['a folder and a source', ['src', '--source', 'src'], /src and --source both name a source$/, /Leave one/],
    [
      'a program twice',
      ['src/t.sh', '--program', 't.sh'],
      /src\/t\.sh and --program both name a program$/,
      /Leave one/,
    ],
    ['a program that is missing', ['src/u.sh'], /there is no file src\/u\.sh$/, /Did you mean "src\/t\.sh"\?$/],
    [
      'a metric without an expression',
      ['src/t.sh', '--metric', 'loss'],
      /--metric to be NAME=REGEX, got "loss"$/,
      /equals/,
    ],
    [
      'a metric with an empty expression',
      ['src/t.sh', '--metric', 'loss='],
      /^.*validation error/,
      /CreateTrainingJob/,
    ],
    [
      'a metric twice',
      ['src/t.sh', '--metric', 'a=(1)', '--metric', 'a=(2)'],
      /the metric "a" is there twice$/,
      /once/,
    ],
  ] as const) {
    test(`${what}: the message names the option, and how to correct it`, async (t) => {
      const workplace = makeWorkplace(t);
      workplace.write('src/t.sh', 'echo hello\n');
      workplace.write('two/train.js', '');
      workplace.write('two/train.ts', '');
      workplace.write('jobs/readme.txt', '');
      workplace.write('ignoring/jobs/t.sh', 'true\n');
      workplace.write('ignoring/.optmlignore', 'jobs/\n');
      workplace.write('source.tar.gz', 'BZh: only how it starts counts here');
      const { code, stdout, stderr } = await workplace.optml(['run', ...args, ...PROCESS]);
      const lines = stderr.split('\n');
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(lines[0] ?? '', /^UserError (?:USAGE: optml run|REQUEST_INVALID): /);
      assert.match(lines[0] ?? '', message);
      assert.match(lines.find((line) => line.startsWith('Fix: ')) ?? '', fix);
      assert.equal(isThere(workplace.home, 'jobs'), false);
    });
  }

  test('of a job file: by the member', async (t) => {
    const workplace = makeWorkplace(t, '', {
      InputDataConfig: [
        { ChannelName: 'a', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './nodata' } } },
      ],
    });
    const { code, stderr } = await workplace.run();
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^ {2}InputDataConfig\[0\]\.DataSource\.S3DataSource\.S3Uri: channel a: there is no file or folder/m,
    );
  });
});

test('a limit that an option breaks is reported with the option', async (t) => {
  const workplace = makeWorkplace(t);
  const { code, stderr } = await workplace.run(['--instances', '0', '--name', 'a b']);
  assert.equal(code, 2);
  assert.match(stderr, /^ {2}--instances \(ResourceConfig\.InstanceCount\): Value '0'/m);
  assert.match(stderr, /^ {2}--name \(TrainingJobName\): Value 'a b'/m);
});

test('a single file as the source is the program', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('src/t.sh', 'echo hello from the file\n');
  const { code, stdout, stderr } = await workplace.optml(['run', '--source', 'src/t.sh', ...PROCESS]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^hello from the file$/m);
});

test('the program of an archive that was packed from outside its folder is found for the message', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('src/t.sh', 'true\n');
  await create({ file: join(workplace.dir, 'source.tar.gz'), gzip: true, cwd: workplace.dir }, ['src']);
  for (const source of ['source.tar.gz', '.']) {
    const { stdout, stderr } = await workplace.optml(['run', '--source', source, '--program', 't.sh', ...PROCESS]);
    assert.match(stdout + stderr, /^ *Fix: Did you mean "src\/t\.sh"\?$/m);
  }
});

test('a setting in the environment of optml, which the hosts do not get, is named', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('src/t.sh', 'true\n');
  const run = (...args: readonly string[]) =>
    workplace.optml(['run', '--source', 'src', '--program', 't.sh', ...args, ...PROCESS], { OPTML_PACKAGE: 'never' });
  const warning = /^Warning: OPTML_PACKAGE of this shell has no effect on the hosts\. Pass --env OPTML_PACKAGE=VALUE$/m;
  assert.match((await run()).stderr, warning);
  assert.doesNotMatch((await run('--env', 'OPTML_PACKAGE=never')).stderr, warning);
});

test('variables that are no settings are named, here and in the container', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('src/t.sh', 'true\n');
  const run = [
    'run',
    '--source',
    'src',
    '--program',
    't.sh',
    '--env',
    'OPTML_PAKAGE=never',
    '--hp',
    'optml_log_fromat=json',
    ...PROCESS,
  ];
  const { code, stdout, stderr } = await workplace.optml(run, { OPTML_LOG_FROMAT: 'json' });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Warning: OPTML_LOG_FROMAT is not a setting of optml\. Did you mean OPTML_LOG_FORMAT\?$/m);
  assert.match(stdout, /OPTML_PAKAGE is not a setting of optml\. Did you mean OPTML_PACKAGE\?$/m);
  assert.match(stdout, /optml_log_fromat is not a setting of optml\. Did you mean optml_log_format\?$/m);
});
