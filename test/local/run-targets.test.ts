// What `optml run` runs: a program, a folder, the job file of a folder, a request on standard input. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { TrainingJobRequest } from '../../src/request/request.ts';
import { isThere, makeWorkplace, OPTML, requestOf, type Workplace } from '../support/run-job-command.ts';

const PROCESS = ['--engine', 'process'];

/** The request that these words make. */
async function requestFor(workplace: Workplace, ...words: readonly string[]): Promise<TrainingJobRequest> {
  const { code, stdout, stderr } = await workplace.optml(['run', ...words, '--print-request']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as TrainingJobRequest;
}

/** Source and program of the request that these words make, the source relative to the working directory. */
async function codeFor(workplace: Workplace, ...words: readonly string[]) {
  const { HyperParameters: parameters = {} } = await requestFor(workplace, ...words);
  const source = parameters['sagemaker_submit_directory'] ?? '';
  return [source.slice(workplace.dir.length + 1), parameters['sagemaker_program']];
}

describe('a program as the argument of optml run', () => {
  test('runs with the closest folder that lists its packages, with metrics from options', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/package.json', '{"type": "module"}');
    workplace.write(
      'app/src/train.ts',
      'import { loss } from "../lib/loss.ts"; console.log("loss=" + (loss as number));',
    );
    workplace.write('app/lib/loss.ts', 'export const loss = await Promise.resolve(0.25);');
    const { code, stdout, stderr } = await workplace.optml([
      'run',
      'app/src/train.ts',
      '--metric',
      'loss=loss=([0-9.]+)',
      ...PROCESS,
    ]);
    assert.equal(code, 0, stderr);
    // On a busy machine a helper of tsx may outlive the program.
    assert.equal(stdout.replace(/^\S+ optml WARN {2}1 process outlived .*: esbuild \(\d+\)\n/m, ''), 'loss=0.25\n');
    assert.match(stderr, new RegExp(`^Running src/train\\.ts of ${join(workplace.dir, 'app')}$`, 'm'));
    assert.equal(workplace.record('app').FinalMetricDataList?.[0]?.Value, 0.25);
  });

  test('has the files of its language alone as the mark of a project', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/package.json', '{}');
    workplace.write('app/ml/requirements.txt', '');
    for (const name of ['train.py', 'train.ts', 'train.sh']) workplace.write(`app/ml/steps/${name}`, '');
    assert.deepEqual(await codeFor(workplace, 'app/ml/steps/train.ts'), ['app', 'ml/steps/train.ts']);
    assert.deepEqual(await codeFor(workplace, 'app/ml/steps/train.py'), ['app/ml', 'steps/train.py']);
    assert.deepEqual(await codeFor(workplace, join(workplace.dir, 'app/ml/steps/train.sh')), [
      'app/ml',
      'steps/train.sh',
    ]);
  });

  test('has its own folder as the source if no project is around it in its repository, or only the home folder', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('package.json', '{}');
    workplace.write('a/train.ts', '');
    workplace.write('outer/package.json', '{}');
    workplace.write('outer/repository/steps/train.ts', '');
    mkdirSync(join(workplace.dir, 'outer/repository/.git'));
    // The home folder is the working directory.
    assert.deepEqual(await codeFor(workplace, 'a/train.ts'), ['a', 'train.ts']);
    assert.deepEqual(await codeFor(workplace, 'outer/repository/steps/train.ts'), [
      'outer/repository/steps',
      'train.ts',
    ]);
  });

  test('is the whole source if its folder is the home folder, or one such as /tmp', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('package.json', '{}');
    workplace.write('train.sh', '');
    workplace.write('shared/train.sh', '');
    chmodSync(join(workplace.dir, 'shared'), 0o1777);
    assert.deepEqual(await codeFor(workplace, 'train.sh'), ['train.sh', 'train.sh']);
    assert.deepEqual(await codeFor(workplace, 'shared/train.sh'), ['shared/train.sh', 'train.sh']);
  });

  test('keeps to the options of the command', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('src/train.sh', '');
    const request = await requestFor(workplace, 'src/train.sh', '--hp', 'epochs=3', '--name', 'mine');
    assert.equal(request.TrainingJobName, 'mine');
    assert.equal(request.HyperParameters?.['epochs'], '3');
  });
});

describe('a folder as the argument of optml run', () => {
  test('runs its job file, whose paths count from there', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('line/job.json', JSON.stringify(requestOf({ OutputDataConfig: { S3OutputPath: './results' } })));
    mkdirSync(join(workplace.dir, 'line/project'));
    const request = await requestFor(workplace, 'line');
    assert.equal(request.OutputDataConfig.S3OutputPath, join(workplace.dir, 'line/results'));
  });

  test('runs "main" of package.json if that file exists, else the only train.*', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/package.json', '{"main": "./lib/index.js"}');
    workplace.write('app/train.py', '');
    workplace.write('app/other.py', '');
    assert.deepEqual(await codeFor(workplace, 'app'), ['app', 'train.py']);
    workplace.write('app/lib/index.js', '');
    assert.deepEqual(await codeFor(workplace, 'app'), ['app', 'lib/index.js']);
    assert.deepEqual(await codeFor(workplace, 'app', '--program', 'other.py'), ['app', 'other.py']);
  });

  test('never runs a "main" outside of the folder', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/package.json', '{"main": "../other.js"}');
    workplace.write('app/train.py', '');
    workplace.write('other.js', '');
    assert.deepEqual(await codeFor(workplace, 'app'), ['app', 'train.py']);
  });
});

test('without an argument, optml run runs the job file of the working directory', async (t) => {
  const workplace = makeWorkplace(t, 'echo from the job file');
  const { code, stdout, stderr } = await workplace.optml(['run', ...PROCESS]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'from the job file\n');
  assert.match(stderr, /^Running job\.json$/m);
});

test('without an argument and a job file, the error names the programs that are there', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('inner/src/train.py', '');
  const { code, stderr } = await run(t, { workplace, cwd: join(workplace.dir, 'inner'), words: PROCESS });
  assert.equal(code, 2);
  assert.match(stderr, /USAGE: optml run: there is no job\.json in this folder$/m);
  assert.match(stderr, /^Fix: Pass a program: src\/train\.py\. "optml init" writes a small project\.$/m);
  assert.equal(isThere(workplace.home, 'jobs'), false);
});

describe('the argument - of optml run', () => {
  const YAML = `
TrainingJobName: from-yaml
AlgorithmSpecification: {TrainingImage: 'file://./project', TrainingInputMode: File, ContainerEntrypoint: [/bin/sh, train.sh]}
OutputDataConfig: {S3OutputPath: ./out}
ResourceConfig: {InstanceType: local, InstanceCount: 1}
StoppingCondition: {MaxRuntimeInSeconds: 60}
`;
  for (const [form, input] of [
    ['JSON', JSON.stringify(requestOf())],
    ['YAML', YAML],
  ] as const) {
    test(`reads the request from standard input, as ${form}, with paths from the working directory`, async (t) => {
      const workplace = makeWorkplace(t, 'echo from the input');
      const end = await run(t, { workplace, words: ['-', ...PROCESS], input });
      assert.equal(end.code, 0, end.stderr);
      assert.equal(end.stdout, 'from the input\n');
    });
  }

  test('reports a mistake of the input with its line', async (t) => {
    const workplace = makeWorkplace(t);
    const { code, stderr } = await run(t, { workplace, words: ['-', ...PROCESS], input: '{\n"a": }' });
    assert.equal(code, 2);
    assert.match(stderr, /REQUEST_INVALID: standard input, line 2, column 6: /);
  });
});

interface Call {
  readonly workplace: Workplace;
  readonly words: readonly string[];
  readonly cwd?: string;
  readonly input?: string;
}

/** `optml run` with these words, in another folder or with an input. */
async function run(t: TestContext, { workplace, words, cwd = workplace.dir, input = '' }: Call) {
  const child = spawn(process.execPath, [OPTML, 'run', ...words], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: workplace.home },
    stdio: 'pipe',
  });
  t.after(() => child.kill('SIGKILL'));
  child.stdin.end(input);
  const texts = Promise.all([child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout = '', stderr = ''] = (await texts).map((chunks) => chunks.join(''));
  return { code, stdout, stderr };
}
