// `startEndpoint` of `optml/endpoint`: all services together, with verified signatures. `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { startEndpoint } from '../../../src/endpoint/index.ts';
import { openStore } from '../../../src/jobs/job-store.ts';
import { jobRequest, untilEnded, untilOutput } from '../../support/endpoint-jobs.ts';
import { requireFreshBuild } from '../../support/fresh-build.ts';
import { temporaryFolder } from '../../support/job.ts';
import { makeTarGz } from '../../support/tar.ts';

before(() => requireFreshBuild());

/** An endpoint that is closed with the test at the latest, its clients, and the store of its jobs. */
async function endpointWithClients(t: TestContext) {
  const home = join(temporaryFolder(t), 'home');
  const { PATH, HOME } = process.env;
  const variables = { PATH, HOME, OPTML_HOME: home };
  const endpoint = await startEndpoint({ variables, jobs: { engine: 'process' } });
  const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = endpoint.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const options = { endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials, maxAttempts: 1 };
  const [s3, client, logs] = [new S3Client(options), new SageMakerClient(options), new CloudWatchLogsClient(options)];
  let closing: Promise<void> | undefined;
  const close = () => {
    for (const each of [s3, client, logs]) each.destroy();
    closing ??= endpoint.close();
    return closing;
  };
  t.after(close);
  return { s3, client, logs, close, jobs: { store: openStore(variables) }, variables };
}

/** Starts a job with this shell script as its program. */
async function createJob({ s3, client }: { s3: S3Client; client: SageMakerClient }, name: string, script: string) {
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  const Body = makeTarGz([{ name: 'train.sh', content: script, mode: 0o755 }]);
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'source.tar.gz', Body }));
  const source = { sagemaker_program: 'train.sh', sagemaker_submit_directory: 's3://bucket/source.tar.gz' };
  await client.send(new CreateTrainingJobCommand(jobRequest(name, source)));
}

const MODEL = { Bucket: 'bucket', Key: 'output/job/output/model.tar.gz' };

test('a job trains, and its log and its model are at the endpoint', async (t) => {
  const endpoint = await endpointWithClients(t);
  await createJob(endpoint, 'job', 'echo trained; echo weights > "$SM_MODEL_DIR/weights"');
  const { TrainingJobStatus, ModelArtifacts, FailureReason } = await untilEnded(endpoint, 'job');
  assert.deepEqual([TrainingJobStatus, FailureReason], ['Completed', undefined]);
  assert.equal(ModelArtifacts?.S3ModelArtifacts, `s3://${MODEL.Bucket}/${MODEL.Key}`);
  assert.ok(((await endpoint.s3.send(new HeadObjectCommand(MODEL))).ContentLength ?? 0) > 0);
  const logGroupName = '/aws/sagemaker/TrainingJobs';
  const { logStreams = [] } = await endpoint.logs.send(
    new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: 'job/' }),
  );
  const [{ logStreamName } = {}] = logStreams;
  const { events = [] } = await endpoint.logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
  );
  assert.ok(events.some(({ message }) => message === 'trained'));
});

test('an endpoint that closes stops its jobs, which still deliver their models to it', async (t) => {
  const endpoint = await endpointWithClients(t);
  const script = 'echo half > "$SM_MODEL_DIR/weights"; trap "exit 0" TERM; echo ready; while :; do sleep 0.1; done';
  await createJob(endpoint, 'job', script);
  await untilOutput(endpoint, 'job', /^ready$/m);
  const { TrainingJobStatus } = await endpoint.client.send(new DescribeTrainingJobCommand({ TrainingJobName: 'job' }));
  assert.equal(TrainingJobStatus, 'InProgress');
  await endpoint.close();
  assert.equal(endpoint.jobs.store.read('job').TrainingJobStatus, 'Stopped');
  const again = await startEndpoint({ variables: endpoint.variables });
  t.after(() => again.close());
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = again.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const s3 = new S3Client({ endpoint: again.url, region: 'us-east-1', credentials });
  t.after(() => s3.destroy());
  assert.ok(((await s3.send(new HeadObjectCommand(MODEL))).ContentLength ?? 0) > 0);
});

test('any credentials on an address of the network are refused', async (t) => {
  const variables = { OPTML_HOME: temporaryFolder(t) };
  await assert.rejects(startEndpoint({ variables, host: '0.0.0.0', isAnyCredentials: true }), {
    code: 'ENDPOINT_FAILED',
  });
});

test('a second endpoint with the same folder of buckets is an error, and leaves the first one alone', async (t) => {
  const { s3, variables } = await endpointWithClients(t);
  await assert.rejects(startEndpoint({ variables }), { code: 'DESTINATION_INVALID' });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});
