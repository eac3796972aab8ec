import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareIntermediateOutput } from '../../../src/artifacts/intermediate.ts';
import { jobPaths } from '../../../src/contract/paths.ts';
import type { TrainingEnvironment } from '../../../src/environment/training-environment.ts';
import type { OptmlError } from '../../../src/errors/error.ts';
import { makeLog } from '../../../src/log/log.ts';
import { StopControl } from '../../../src/process/stop-control.ts';
import { temporaryFolder } from '../../support/job.ts';

function prepare(t: TestContext, s3Output: string | null, arrange: (dir: string) => void = () => undefined) {
  const paths = jobPaths(temporaryFolder(t));
  const dir = paths.outputIntermediateDir;
  arrange(dir);
  const log: string[] = [];
  const output = () =>
    prepareIntermediateOutput(
      // What else an environment holds is not looked at before the start.
      { paths, s3Output } as TrainingEnvironment,
      new StopControl(() => undefined),
      makeLog(0, (level, message) => log.push(`${level}: ${message}`)),
    );
  return { dir, log, output };
}

test('without a location nothing is made (C56)', (t) => {
  for (const location of [null, '']) {
    const { dir, output } = prepare(t, location);
    assert.equal(output(), undefined);
    assert.equal(existsSync(dir), false);
  }
});

test('with a location in S3 the folder is made, and there is something to start (C56)', (t) => {
  const { dir, output } = prepare(t, 's3://bucket/out/');
  assert.notEqual(output(), undefined);
  assert.equal(existsSync(dir), true);
});

test('file:// makes the folder and uploads nothing (C56)', (t) => {
  const { dir, output } = prepare(t, 'file:///tmp/out');
  assert.equal(output(), undefined);
  assert.equal(existsSync(dir), true);
});

test('a folder that is there already is left alone, and that is said (C56)', (t) => {
  const { dir, log, output } = prepare(t, 's3://bucket/out', (folder) => mkdirSync(folder, { recursive: true }));
  assert.equal(output(), undefined);
  assert.deepEqual(log, [`info: ${dir} was there before the start: it is not uploaded (C56)`]);
});

for (const [location, message] of [
  ['https://bucket/out', 'expected sagemaker_s3_output to start with s3:// or file://, got "https://bucket/out"'],
  ['/tmp/out', 'expected sagemaker_s3_output to start with s3:// or file://, got "/tmp/out"'],
  ['s3:///out', 'sagemaker_s3_output is no place in S3: expected s3://BUCKET/KEY, and "" names no bucket'],
] as const) {
  test(`${location} is refused at the start (C56)`, (t) => {
    const { output } = prepare(t, location);
    assert.throws(output, (error: OptmlError) => {
      assert.deepEqual([error.code, error.message], ['OUTPUT_LOCATION_INVALID', message]);
      return true;
    });
  });
}

test('a folder that cannot be made is an error of the disk', (t) => {
  const { output } = prepare(t, 's3://bucket/out', (dir) => writeFileSync(join(dir, '..'), ''));
  assert.throws(output, { code: 'DISK_WRITE_FAILED' });
});

test('the end does nothing where nothing was started', async (t) => {
  const { log, output } = prepare(t, 's3://bucket/out');
  await output()?.finish();
  assert.deepEqual(log, []);
});
