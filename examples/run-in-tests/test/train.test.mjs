// Tests of the training script as SageMaker would run it. With vitest only the line that imports `test` differs.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTrainingJob, unpackArchive } from 'optml';

const PROJECT = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'run-in-tests-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** The request of a job, as one would send it to CreateTrainingJob, with places on this machine. */
function request(name, changes = {}) {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: {
      TrainingImage: 'optml',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'error', Regex: 'error=([0-9.]+)' }],
    },
    HyperParameters: { sagemaker_program: 'train.ts', sagemaker_submit_directory: './src', epochs: '20' },
    InputDataConfig: [
      { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data/' } } },
    ],
    OutputDataConfig: { S3OutputPath: join(scratch, 'output') },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    ...changes,
  };
}

const options = {
  engine: 'process',
  baseDir: PROJECT,
  variables: { ...process.env, OPTML_HOME: join(scratch, 'home') },
};

test('it learns the mean', async () => {
  const statuses = [];
  const errors = [];
  const { record } = await runTrainingJob(request('learns'), {
    ...options,
    onEvent: (event) => {
      if (event.type === 'status') statuses.push(event.secondaryStatus);
      if (event.type === 'metric' && event.name === 'error') errors.push(event.value);
    },
  });
  assert.equal(record.TrainingJobStatus, 'Completed', record.FailureReason);
  assert.deepEqual(statuses, ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']);
  assert.equal(errors.length, 20);
  assert.ok(errors.at(-1) < 0.001, `the last error is ${errors.at(-1)}`);

  const model = join(scratch, 'model');
  await unpackArchive(record.ModelArtifacts.S3ModelArtifacts, model);
  assert.ok(Math.abs(JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')).mean - 3) < 0.001);
});

test('it says what is wrong with its data', async () => {
  mkdirSync(join(scratch, 'bad'));
  writeFileSync(join(scratch, 'bad', 'numbers.txt'), '1\ntwo\n');
  const place = { S3DataType: 'S3Prefix', S3Uri: join(scratch, 'bad/') };
  const channels = [{ ChannelName: 'training', DataSource: { S3DataSource: place } }];
  const { record } = await runTrainingJob(request('bad-data', { InputDataConfig: channels }), options);
  assert.equal(record.TrainingJobStatus, 'Failed');
  assert.match(record.FailureReason, /^AlgorithmError: .*numbers\.txt holds a line that is no number/s);
});

test('it saves its model when the job is stopped', async () => {
  const stop = new AbortController();
  const job = request('stopped');
  const { record } = await runTrainingJob(
    { ...job, HyperParameters: { ...job.HyperParameters, epochs: '100000' } },
    { ...options, stop: stop.signal, onEvent: (event) => event.type === 'metric' && stop.abort() },
  );
  assert.equal(record.TrainingJobStatus, 'Stopped');
  assert.ok(record.ModelArtifacts, 'there is a model');
});
