// `optml run` with the names of AWS's own images. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeFakeEngine } from '../support/fake-engine.ts';
import { makeWorkplace, unrecorded, type Workplace } from '../support/run-job-command.ts';

const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const PYTORCH = '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu-py312';

/** A job of that image whose own program prints the variables of `train`. */
function workplaceOf(t: TestContext, image = XGBOOST): Workplace {
  const script = 'echo "image=$(env | grep -c ^SAGEMAKER_TRAINING_MODULE=optml/algorithms/xgboost:train)"';
  return makeWorkplace(t, script, {
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_program: 'train.sh', sagemaker_submit_directory: './project' },
  });
}

/** A folder with a Python that has these modules, by version. */
function pythonWith(workplace: Workplace, modules: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const answer = JSON.stringify({ version: '3.9.1', modules });
  const file = workplace.write('bin/python3', `#!/bin/sh\ncat <<'EOF'\n${answer}\nEOF\n`);
  chmodSync(file, 0o755);
  return { PATH: `${dirname(file)}:${process.env['PATH']}` };
}

describe('without a container', () => {
  test("the log begins with what runs, and with the versions that differ from AWS's image", async (t) => {
    const workplace = workplaceOf(t);
    const { code, stderr } = await workplace.run([], pythonWith(workplace, { xgboost: '3.2.0' }));
    assert.equal(code, 0, stderr);
    const lines = workplace.read('home/jobs/job/logs/algo-1.log').split('\n');
    const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
    assert.match(
      lines[0] ?? '',
      new RegExp(`^${time} optml INFO  optml runs its own optml:xgboost without a container`),
    );
    assert.ok(lines[0]?.endsWith(`in place of AWS's ${XGBOOST}`));
    assert.match(lines[1] ?? '', /INFO {2}XGBoost differs: 3\.2\.0 here, 1\.7 in AWS's image$/);
    assert.ok(lines.includes('image=1'), 'the variables of the image are set, and the own program of the job runs');
    assert.doesNotMatch(stderr, /is not used/);
    assert.equal(workplace.record().request.AlgorithmSpecification?.TrainingImage, XGBOOST);
  });

  test('the same version is not named', async (t) => {
    const workplace = workplaceOf(t);
    await workplace.run([], pythonWith(workplace, { xgboost: '1.7.6' }));
    assert.doesNotMatch(workplace.read('home/jobs/job/logs/algo-1.log'), /differs/);
  });

  test('a missing Python module fails the job before it starts', async (t) => {
    const workplace = workplaceOf(t, PYTORCH);
    workplace.writeJob({
      ...JSON.parse(workplace.read('job.json')),
      HyperParameters: {},
    });
    const { code, stdout, stderr } = await workplace.run(['--json'], pythonWith(workplace, {}));
    assert.equal(code, 2);
    const python = join(workplace.dir, 'bin', 'python3');
    const message = `Python 3.9.1 (${python}) has no module torch`;
    assert.ok(stderr.includes(message), stderr);
    const fix = `Run "${python} -m pip install torch==2.13.0", or use a container engine.`;
    assert.equal(unrecorded(workplace, stdout).FailureReason, `ClientError: ${message}. ${fix}`);
  });

  test('a missing Python module gives a warning if the source of the job may install it', async (t) => {
    const workplace = workplaceOf(t);
    const { code, stderr } = await workplace.run([], pythonWith(workplace, {}));
    assert.equal(code, 0);
    const warning = /has no module xgboost\. Unless the requirements\.txt of the source does it, run ".*pip install/;
    assert.match(stderr, warning);
    const [before = ''] = workplace.read('home/jobs/job/logs/algo-1.log').split('Invoking user script');
    assert.match(before, warning, 'the log is all that a client of the endpoint sees');
    assert.doesNotMatch(before, /XGBoost differs/);
  });

  test('frameworks name the versions of Python and of the framework that differ', async (t) => {
    const workplace = workplaceOf(t, PYTORCH);
    const { code, stderr } = await workplace.run([], pythonWith(workplace, { torch: '2.13.0+cpu' }));
    assert.equal(code, 0, stderr);
    const log = workplace.read('home/jobs/job/logs/algo-1.log');
    assert.match(log, /PyTorch differs: 2\.13\.0\+cpu here, 2\.6\.0 in AWS's image/);
    assert.match(log, /Python differs: 3\.9\.1 here, 3\.12 in AWS's image/);
    assert.doesNotMatch(log, /trains on CPUs/, 'without a container nothing is said about an image');
  });

  test('a build of the same version of a framework is not named', async (t) => {
    const workplace = workplaceOf(t, PYTORCH);
    await workplace.run([], pythonWith(workplace, { torch: '2.6.0+cu126' }));
    assert.doesNotMatch(workplace.read('home/jobs/job/logs/algo-1.log'), /PyTorch differs/);
  });

  test('a source that ModelTrainer sends as a channel may install a missing module', async (t) => {
    const workplace = workplaceOf(t, PYTORCH);
    const job = JSON.parse(workplace.read('job.json'));
    const DataSource = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './project' } };
    workplace.writeJob({ ...job, HyperParameters: {}, InputDataConfig: [{ ChannelName: 'code', DataSource }] });
    const { stderr } = await workplace.run([], pythonWith(workplace, {}));
    assert.match(stderr, /has no module torch\. Unless the requirements\.txt/);
  });

  test("--no-alias runs without the variables of optml's image", async (t) => {
    const workplace = workplaceOf(t);
    const { stdout, stderr } = await workplace.run(['--no-alias'], pythonWith(workplace, {}));
    assert.match(stdout + stderr, /image=0/);
    assert.match(stderr, /sagemaker-xgboost:1\.7-1 is not used/);
  });
});

describe('in a container', () => {
  test('the image of optml runs', async (t) => {
    const workplace = workplaceOf(t);
    const { variables } = makeFakeEngine(workplace.dir, 0.1);
    const { code, stderr } = await workplace.optml(['run', 'job.json', '--engine', 'docker'], variables);
    assert.equal(code, 0, stderr);
    const calls = workplace.read('state/calls');
    assert.match(calls, /^run .* optml:xgboost/m);
    assert.doesNotMatch(calls, /amazonaws/);
    const log = workplace.read('home/jobs/job/logs/algo-1.log');
    assert.match(log, /^\S+ optml INFO {2}optml runs its own image optml:xgboost in place of AWS's .*1\.7-1\n/);
    assert.match(log, /XGBoost differs: 3\.2\.0 here, 1\.7 in AWS's image\n/);
  });

  test('a framework runs in its image, whose label names the versions that differ', async (t) => {
    const workplace = workplaceOf(t, PYTORCH);
    const { variables } = makeFakeEngine(workplace.dir, 0.1);
    workplace.write('state/image-labels', '{"ai.optml.versions":"Python 3.12, PyTorch 2.14.0"}');
    const { code, stderr } = await workplace.optml(['run', 'job.json', '--engine', 'docker'], variables);
    assert.equal(code, 0, stderr);
    assert.match(workplace.read('state/calls'), /^run .* optml:pytorch/m);
    const log = workplace.read('home/jobs/job/logs/algo-1.log');
    assert.match(log, /PyTorch differs: 2\.14\.0 here, 2\.6\.0 in AWS's image\n/);
    assert.doesNotMatch(log, /Python differs/);
  });

  test('the failure reason of a job without the image says how to build it', async (t) => {
    const workplace = workplaceOf(t);
    const { variables, breakCall } = makeFakeEngine(workplace.dir, 0.1);
    workplace.write('state/no-image', '');
    breakCall('pull', 'exit1');
    const { stdout, stderr } = await workplace.optml(['run', 'job.json', '--engine', 'docker', '--json'], variables);
    const advice = `optml:xgboost runs in place of AWS's ${XGBOOST}. Build it in the repository of optml: sh docker/build.sh xgboost`;
    assert.equal(
      unrecorded(workplace, stdout).FailureReason,
      `ClientError: the image optml:xgboost could not be pulled. ${advice}`,
    );
    assert.ok(stderr.includes(`  advice   ${advice}\n`), stderr);
  });
});
