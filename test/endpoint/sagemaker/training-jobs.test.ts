// Jobs through the AWS SDK: from the request to the bytes of the model.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CreateTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { jobRequest, putSource, untilEnded } from '../../support/endpoint-jobs.ts';
import { requireFreshBuild } from '../../support/fresh-build.ts';
import { startJobsEndpoint } from '../../support/jobs-endpoint.ts';

before(() => requireFreshBuild());

test('a job trains and leaves its model in S3', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const source = await putSource(
    endpoint,
    'train.sh',
    'echo "loss=0.25;"; cp -r "$SM_CHANNEL_TRAIN" "$SM_MODEL_DIR"/data',
  );
  await endpoint.s3.put('data/x.txt', 'from S3');
  const request = jobRequest('first-job', source, {
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/data/' } },
      },
    ],
  });
  const { TrainingJobArn } = await endpoint.client.send(new CreateTrainingJobCommand(request));
  assert.equal(TrainingJobArn, 'arn:aws:sagemaker:eu-west-1:000000000000:training-job/first-job');
  const described = await untilEnded(endpoint, 'first-job');
  assert.equal(described.TrainingJobStatus, 'Completed');
  assert.equal(described.ModelArtifacts?.S3ModelArtifacts, 's3://bucket/output/first-job/output/model.tar.gz');
  assert.ok((await endpoint.s3.get('output/first-job/output/model.tar.gz')) !== undefined);
});
