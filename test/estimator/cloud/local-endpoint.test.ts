// The platform at a local endpoint: real jobs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocalPlatform, trainingRequest } from '../support/local-platform.ts';
import { allUpdates } from '../support/scripted-platform.ts';

const LOSSES = `for step in 1 2 3; do echo "loss=0.$step;"; sleep 0.2; done
echo "saved" > "$SM_MODEL_DIR/model"
`;

const WITH_METRIC = {
  AlgorithmSpecification: {
    TrainingImage: 'training-image',
    TrainingInputMode: 'File',
    MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
  },
} as const;

test('a job is created and followed: its statuses, lines and metrics, each once, then its end', async (t) => {
  const { platform, putSource } = await startLocalPlatform(t);
  const { TrainingJobArn } = await platform.start(
    trainingRequest('first', await putSource('train.sh', LOSSES), WITH_METRIC),
  );
  assert.equal(TrainingJobArn, `arn:aws:sagemaker:${platform.region}:${await platform.accountId()}:training-job/first`);
  const updates = await allUpdates(platform.follow('first'));
  const statuses = updates.flatMap((update) => (update.type === 'status' ? [update.secondaryStatus] : []));
  assert.deepEqual(statuses, ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']);
  const lines = updates.flatMap((update) => (update.type === 'log' ? [update.line] : []));
  assert.deepEqual(
    lines.filter((line) => line.startsWith('loss')),
    ['loss=0.1;', 'loss=0.2;', 'loss=0.3;'],
  );
  const metrics = updates.flatMap((update) => (update.type === 'metric' ? [update.value] : []));
  assert.deepEqual(metrics, [0.1, 0.2, 0.3]);
  const end = updates.at(-1);
  assert.ok(end?.type === 'end');
  assert.equal(end.description.TrainingJobStatus, 'Completed');
  assert.ok(Math.abs(end.time - Date.now()) < 60_000);
});
