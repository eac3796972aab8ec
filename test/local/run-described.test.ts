// What a job is called and where its model is: the same for its script, `optml describe` and `optml jobs`. `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeWorkplace } from '../support/run-job-command.ts';

const CASES = [
  { what: "the user's region", variables: { AWS_REGION: 'eu-west-3' }, environment: {}, region: 'eu-west-3' },
  { what: 'no region', variables: {}, environment: {}, region: 'us-east-1' },
  {
    what: "the request's region",
    variables: { AWS_REGION: 'eu-west-3' },
    environment: { AWS_REGION: 'ap-south-1' },
    region: 'ap-south-1',
  },
];

for (const { what, variables, environment, region } of CASES) {
  test(`a job has one ARN and one model location, while it runs and afterwards: ${what}`, async (t) => {
    const workplace = makeWorkplace(t, '', {
      TrainingJobName: 'My-Job',
      OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
      Environment: environment,
    });
    const go = join(workplace.dir, 'go');
    workplace.write(
      'project/train.sh',
      `ml=$SAGEMAKER_BASE_DIR
echo "arn=$TRAINING_JOB_ARN region=$AWS_REGION."; echo m > $ml/model/m
while [ ! -e ${go} ]; do sleep 0.05; done`,
    );
    const run = workplace.start([], variables);
    const arn = `arn:aws:sagemaker:${region}:000000000000:training-job/my-job`;
    await run.seen(`arn=${arn} region=${region}.\n`);
    const describe = async () => JSON.parse((await workplace.optml(['describe', 'My-Job', '--json'])).stdout);
    const running = await describe();
    workplace.write('go', '');
    assert.equal((await run.ended).code, 0);
    const ended = await describe();
    assert.deepEqual([running.TrainingJobStatus, ended.TrainingJobStatus], ['InProgress', 'Completed']);
    const S3ModelArtifacts = join(workplace.dir, 'out', 'My-Job', 'output', 'model');
    for (const { TrainingJobArn, ModelArtifacts } of [running, ended]) {
      assert.deepEqual(
        { TrainingJobArn, ModelArtifacts },
        { TrainingJobArn: arn, ModelArtifacts: { S3ModelArtifacts } },
      );
    }
    const { TrainingJobSummaries: summaries } = JSON.parse((await workplace.optml(['jobs', '--json'])).stdout);
    assert.equal(summaries[0].TrainingJobArn, arn);
  });
}
