// Trains with the AWS SDK for JavaScript: against AWS as it is, against optml's local endpoint with the variables that it sets.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  waitUntilTrainingJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const image = process.env['TRAINING_IMAGE'] ?? 'optml:latest';
const role = process.env['ROLE_ARN'] ?? 'arn:aws:iam::000000000000:role/training';

const { Account: account } = await new STSClient().send(new GetCallerIdentityCommand());
const bucket = process.env['BUCKET'] ?? `training-example-${account}`;
const s3 = new S3Client();
const sagemaker = new SageMakerClient();

/** Puts the data and the source into the bucket, which is made if it is missing. */
async function upload(): Promise<void> {
  const region = await s3.config.region();
  const place =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
  const put = async (Key: string, file: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: await readFile(join(import.meta.dirname, file)) }));
  await put('data/points.csv', 'points.csv');
  await put('code/train.py', 'src/train.py');
}

await upload();
const name = `line-typescript-${Date.now()}`;
await sagemaker.send(
  new CreateTrainingJobCommand({
    TrainingJobName: name,
    RoleArn: role,
    AlgorithmSpecification: {
      TrainingImage: image,
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
    },
    HyperParameters: {
      sagemaker_program: 'train.py',
      sagemaker_submit_directory: `s3://${bucket}/code/`,
      rate: '0.1',
      epochs: '300',
    },
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${bucket}/data/` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${bucket}/models`, CompressionType: 'NONE' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  }),
);
await waitUntilTrainingJobCompletedOrStopped(
  { client: sagemaker, maxWaitTime: 900, minDelay: 1, maxDelay: 5 },
  { TrainingJobName: name },
);

const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
const loss = job.FinalMetricDataList?.find(({ MetricName }) => MetricName === 'loss')?.Value;
console.log(job.TrainingJobStatus, 'loss', loss?.toFixed(6));
const model = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `models/${name}/output/model/line.json` }));
console.log('line:', await model.Body?.transformToString());
