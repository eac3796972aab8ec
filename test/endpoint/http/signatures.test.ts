// Signatures that real clients of the AWS SDK make, verified by the endpoint.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { knownKeys } from '../../../src/endpoint/credentials/known-keys.ts';
import { startEndpoint } from '../../../src/endpoint/endpoint.ts';
import type { Service, ServiceRequest } from '../../../src/endpoint/http/service.ts';

const OWN = { accessKeyId: 'OPTMLAAAAAAAAAAAAAAA', secretAccessKey: 'secret/of+40/characters/aaaaaaaaaaaaaaaaaa' };

interface Seen extends ServiceRequest {
  readonly content: string;
}

/** An endpoint whose services answer with an empty success, and remember what they got. */
async function endpointOf(t: TestContext) {
  const seen: Seen[] = [];
  const service = (body: string): Service => ({
    answer: async (request) => {
      seen.push({ ...request, content: await text(request.body) });
      return { status: 200, body };
    },
  });
  const keys = knownKeys(OWN);
  const sts =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
  const services = { s3: service(''), sagemaker: service('{}'), logs: service('{}'), sts: service(sts) };
  const endpoint = await startEndpoint({ services, keys });
  t.after(() => endpoint.close(0));
  const common = { endpoint: endpoint.url, region: 'eu-central-1', maxAttempts: 1 };
  return { endpoint, keys, seen, common, last: () => seen.at(-1) as Seen };
}

const ODD_KEYS = ['plain', 'a//b', '/leading', 'a b+c%2Fd', 'ünï/☃', "(quotes)!'*~", 'dots/../x/.', 'trailing/'];

test('requests of the S3 client with odd keys are verified', async (t) => {
  const { common, seen } = await endpointOf(t);
  const client = new S3Client({ ...common, credentials: OWN });
  for (const key of ODD_KEYS) {
    await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: key }));
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: 'content', Metadata: { one: 'a  b' } }));
    await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: key, Delimiter: '/' }));
  }
  assert.equal(seen.length, ODD_KEYS.length * 3);
  assert.ok(seen.every(({ caller }) => caller.accessKeyId === OWN.accessKeyId && caller.region === 'eu-central-1'));
});

test('a caller shows what its signature says of the body', async (t) => {
  const { common, last } = await endpointOf(t);
  const client = new S3Client({ ...common, credentials: OWN });
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'content' }));
  assert.equal(last().caller.payload.kind, 'hash');
  await client.send(
    new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: Readable.from(['content']), ContentLength: 7 }),
  );
  assert.deepEqual(last().caller.payload, { kind: 'chunks', hasTrailer: true, signatures: undefined });
});

test('requests of the other clients are verified, and their bodies reach the service', async (t) => {
  const { common, last } = await endpointOf(t);
  const options = { ...common, credentials: OWN };
  await new SageMakerClient(options).send(new ListTrainingJobsCommand({ MaxResults: 7 }));
  assert.equal(last().content, '{"MaxResults":7}');
  await new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({ limit: 3 }));
  assert.equal(last().content, '{"limit":3}');
  await new STSClient(options).send(new GetCallerIdentityCommand({}));
  assert.match(last().content, /^Action=GetCallerIdentity/);
});

test('temporary credentials are verified with their session token', async (t) => {
  const { common, keys, last } = await endpointOf(t);
  const { expiresAt: _, ...credentials } = keys.issue(new Date(Date.now() + 60_000));
  await new S3Client({ ...common, credentials }).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }));
  assert.equal(last().caller.accessKeyId, credentials.accessKeyId);
  const { sessionToken: _token, ...withoutToken } = credentials;
  await assert.rejects(
    new S3Client({ ...common, credentials: withoutToken }).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })),
    { name: 'InvalidToken' },
  );
  const { expiresAt: __, ...expired } = keys.issue(new Date(Date.now() - 1000));
  await assert.rejects(
    new S3Client({ ...common, credentials: expired }).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })),
    { name: 'ExpiredToken' },
  );
});

test('unknown keys and wrong secrets are refused in the form of each protocol', async (t) => {
  const { common, seen } = await endpointOf(t);
  const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
  const wrong = { ...OWN, secretAccessKey: 'x' };
  const s3 = (credentials: typeof OWN) =>
    new S3Client({ ...common, credentials }).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }));
  const sagemaker = (credentials: typeof OWN) =>
    new SageMakerClient({ ...common, credentials }).send(new ListTrainingJobsCommand({}));
  const sts = (credentials: typeof OWN) =>
    new STSClient({ ...common, credentials }).send(new GetCallerIdentityCommand({}));
  const refused = (name: string) => (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata?.httpStatusCode, 403);
    return true;
  };
  await assert.rejects(s3(unknown), refused('InvalidAccessKeyId'));
  await assert.rejects(s3(wrong), refused('SignatureDoesNotMatch'));
  await assert.rejects(sagemaker(unknown), refused('UnrecognizedClientException'));
  await assert.rejects(sagemaker(wrong), refused('InvalidSignatureException'));
  await assert.rejects(sts(unknown), refused('InvalidClientTokenId'));
  await assert.rejects(sts(wrong), refused('SignatureDoesNotMatch'));
  assert.equal(seen.length, 0);
});
