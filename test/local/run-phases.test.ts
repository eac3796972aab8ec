// The steps of a job before and after its script, as they are announced: `runTrainingJob` in this process. `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { temporaryFolder } from '../support/job.ts';
import { requestOf } from '../support/run-job-command.ts';
import { startS3 } from '../support/s3.ts';

/** What is announced from the start of the training on, in order, each once. */
async function phasesOf(
  t: TestContext,
  output: Readonly<Record<string, string>>,
  variables: Readonly<NodeJS.ProcessEnv> = {},
): Promise<readonly string[]> {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'project', 'train.sh'), 'for f in a b; do echo $f > $SAGEMAKER_BASE_DIR/model/$f; done\n');
  const phases: string[] = [];
  const request = requestOf({ OutputDataConfig: output, CheckpointConfig: { S3Uri: './kept' } });
  const { record } = await runTrainingJob(request, {
    baseDir: dir,
    engine: 'process',
    variables: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: join(dir, 'home'), ...variables },
    onEvent: (event) => {
      if (event.type === 'status' && event.secondaryStatus === 'Training') {
        assert.deepEqual(phases, BEGINNING);
        phases.length = 0;
      }
      if (event.type === 'status' && event.secondaryStatus === 'Completed') phases.push('Completed');
      if (event.type === 'progress' && event.what !== phases.at(-1)) phases.push(event.what);
    },
  });
  assert.equal(record.TrainingJobStatus, 'Completed', record.FailureReason);
  return phases.map((what) => what.replace(dir, 'DIR'));
}

const BEGINNING = ['Copying the source', 'Copying the checkpoints', 'Preparing the hosts'];
const BEFORE = [
  'Closing the channels',
  'Changing the owner of the files',
  'Copying the last checkpoints',
  'Completing logs and metrics',
  'Collecting the artifacts',
];
const AFTER = [
  'Completed',
  'Removing the hosts',
  'Removing the work files',
  'Writing the report',
  'Removing the leftovers of killed jobs',
];

test('each step after the script is announced before it begins, with a name of its own', async (t) => {
  const packing = 'Packing DIR/out/job/output/model.tar.gz';
  assert.deepEqual(await phasesOf(t, { S3OutputPath: './out' }), [...BEFORE, packing, ...AFTER]);
  assert.deepEqual(await phasesOf(t, { S3OutputPath: './out', CompressionType: 'NONE' }), [...BEFORE, ...AFTER]);
});

test('the upload of many small files is announced as one step', async (t) => {
  const { variables } = await startS3(t);
  const output = { S3OutputPath: 's3://bucket/out', CompressionType: 'NONE' };
  const uploading = 'Uploading s3://bucket/out/job/output/model';
  assert.deepEqual(await phasesOf(t, output, variables), [...BEFORE, uploading, ...AFTER]);
});
