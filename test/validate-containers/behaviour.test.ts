// Each image that only a container can show to be broken is found out by the check of its name, and by no other of those
// that containers are needed for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BEHAVIOUR_CHECKS } from '../../src/validate/checks/behaviour-checks.ts';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { brokenFixtures } from '../support/broken-fixtures.ts';
import { driversJob } from '../support/drivers-job.ts';
import { ROOT } from '../support/job.ts';
import { DRIVERS_CHECKS, skippedChecks } from '../support/skipped-checks.ts';
import { ENGINE, engineOk, removeProjectImages } from './support/engine.ts';

const BASE = 'optml-validate-test:sound';
const IDS = BEHAVIOUR_CHECKS.map(({ id }) => id);
const FIXTURES = brokenFixtures().filter(({ id, isImage }) => isImage && IDS.includes(id));
// What a process shows as well is tried there (test/validate).
const ONLY = [...FIXTURES.map(({ id }) => id), 'train-starts', 'success-run', 'model-left', 'user-is-root'];
const LONG = { steps: '400' };
// Its lines come one by one over a second: on a busy machine fewer would come at one moment.
const JOB = {
  TrainingJobName: 'sound',
  AlgorithmSpecification: { TrainingInputMode: 'File' },
  HyperParameters: { steps: '12' },
  InputDataConfig: [
    {
      ChannelName: 'training',
      DataSource: {
        S3DataSource: { S3DataType: 'S3Prefix', S3Uri: join(ROOT, 'test', 'fixtures', 'sound', 'optml', 'data') },
      },
    },
  ],
  OutputDataConfig: { S3OutputPath: './output' },
  ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
};

// What one small image, without an entrypoint, a memory limit or drivers, cannot be asked.
const SKIPPED = [
  ...DRIVERS_CHECKS,
  'entrypoint-form',
  'entrypoint-program',
  'entrypoint-takes-train',
  'init-entrypoint',
  'out-of-memory',
  'program-name',
].sort();

before(() => engineOk(['build', '-t', BASE, join(ROOT, 'test', 'fixtures', 'sound')]));
after(() =>
  removeProjectImages(
    FIXTURES.map(({ dir }) => dir),
    [BASE],
  ),
);

test('a sound image fails no check', async () => {
  const options = { engine: ENGINE, pull: 'never', longHyperparameters: LONG } as const;
  const report = await validateImage({ image: BASE, job: JOB, ...options });
  const others = report.checks.filter(({ status }) => status !== 'pass' && status !== 'skipped');
  assert.deepEqual(
    others.map(({ id, status, verdict }) => `${status} ${id}: ${verdict}`),
    [],
  );
  assert.deepEqual(skippedChecks(report), SKIPPED);
});

for (const { id, dir, alsoFails } of FIXTURES) {
  test(`the image that is broken by "${id}" fails that check alone`, async (t) => {
    const job = id.startsWith('drivers-') ? driversJob(t) : undefined;
    const report = await validateImage({ project: dir, engine: ENGINE, only: ONLY, ...(job && { job }) });
    const failed = report.checks.filter(({ status }) => status === 'fail');
    const told = failed.map((check) => `${check.id}: ${check.verdict}`).join('\n');
    assert.deepEqual(failed.map((check) => check.id).sort(), [id, ...alsoFails].sort(), told);
  });
}
