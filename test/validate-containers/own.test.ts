// Our own image and an example of ours give no finding.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import type { ValidationReport } from '../../src/validate/validation-report.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { DRIVERS_CHECKS, skippedChecks } from '../support/skipped-checks.ts';
import { ENGINE, engineOk } from './support/engine.ts';

const IMAGE = 'optml-validate-test:own';

before(() => engineOk(['build', '-t', IMAGE, ROOT]));
after(() => engineOk(['image', 'rm', '--force', IMAGE]));

const told = ({ checks }: ValidationReport, ...statuses: readonly string[]) =>
  checks.filter(({ status }) => statuses.includes(status)).map(({ id, verdict }) => `${id}: ${verdict}`);

test('our image runs a sound program without a finding, and nothing is left untold', async (t) => {
  const job = join(ROOT, 'test', 'fixtures', 'sound', 'optml', 'job.json');
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on('warning', onWarning);
  t.after(() => process.off('warning', onWarning));
  const report = await validateImage({ image: IMAGE, job, engine: ENGINE, longHyperparameters: { steps: '600' } });
  assert.deepEqual(told(report, 'fail', 'unknown'), []);
  assert.deepEqual(warnings, [], 'Node itself has nothing to warn of');
  assert.deepEqual(skippedChecks(report), [...DRIVERS_CHECKS, 'train-on-path'].sort());
});

test('a program behind tini may take its time to save, though tini has no handler for SIGTERM', async (t) => {
  const source = temporaryFolder(t);
  writeFileSync(
    join(source, 'train.sh'),
    `trap 'sleep 9; echo m > "$SM_MODEL_DIR/m"; exit 0' TERM
for i in $(seq "$SM_HP_STEPS"); do echo "step $i"; sleep 0.1; done
echo m > "$SM_MODEL_DIR/m"
`,
  );
  const job = {
    TrainingJobName: 'slow-to-save',
    AlgorithmSpecification: { TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_program: 'train.sh', sagemaker_submit_directory: source, steps: '20' },
    OutputDataConfig: { S3OutputPath: join(source, 'output') },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 120 },
  };
  const only = ['stop-in-time', 'stop-saves'];
  const report = await validateImage({
    image: IMAGE,
    job,
    engine: ENGINE,
    longHyperparameters: { steps: '600' },
    only,
  });
  assert.deepEqual(told(report, 'pass').length, 2, told(report, 'fail', 'unknown', 'skipped').join('\n'));
});

// A whole run takes a minute: the gate makes the one above.
const whyNot = process.env['OPTML_TEST_VALIDATE'] !== 'all' && 'SKIPPED: run with OPTML_TEST_VALIDATE=all';

test('the example hello-shell runs in it without a finding', { skip: whyNot }, async (t) => {
  const example = join(ROOT, 'examples', 'hello-shell');
  const data = join(temporaryFolder(t), 'data');
  mkdirSync(data);
  cpSync(join(example, 'text.txt'), join(data, 'text.txt'));
  const job = {
    TrainingJobName: 'hello-shell',
    AlgorithmSpecification: { TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: 'train.sh',
      sagemaker_submit_directory: join(example, 'src'),
      top: '3',
    },
    InputDataConfig: [
      { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `${data}/` } } },
    ],
    OutputDataConfig: { S3OutputPath: join(data, 'output') },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
  const report = await validateImage({ image: IMAGE, job, engine: ENGINE });
  assert.deepEqual(told(report, 'fail'), []);
  const skipped = [...DRIVERS_CHECKS, 'checkpoint-resume', 'out-of-memory', 'train-on-path'];
  assert.deepEqual(skippedChecks(report), skipped.sort());
});
