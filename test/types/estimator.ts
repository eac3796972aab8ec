// Compile-time expectations: checked by `npx tsc`, never run. Combinations that SageMaker rejects do not compile.
import {
  Estimator,
  type JobUpdate,
  PyTorch,
  ScikitLearn,
  TensorFlowJs,
  type TrainingJob,
  type Tunable,
  XGBoost,
} from '../../src/estimator/index.ts';
import { expectType, type Same } from './expect-type.ts';

const plain = { imageUri: 'trainer', instanceType: 'local' };
const script = { entryPoint: './train.py', instanceType: 'local' };

export function instances(): void {
  new Estimator({ ...plain, instanceCount: 2 });
  const groups = [{ instanceGroupName: 'a', instanceType: 'ml.m5.large', instanceCount: 1 }];
  new Estimator({ imageUri: 'trainer', instanceGroups: groups });
  // @ts-expect-error: neither a type nor groups
  new Estimator({ imageUri: 'trainer' });
  // @ts-expect-error: both
  new Estimator({ ...plain, instanceGroups: groups });
  // @ts-expect-error: groups have counts of their own
  new Estimator({ imageUri: 'trainer', instanceGroups: groups, instanceCount: 2 });
}

export function images(): void {
  new Estimator({ instanceType: 'ml.m5.large', algorithmArn: 'arn:aws:sagemaker:eu-west-1:123456789012:algorithm/a' });
  // @ts-expect-error: two images
  new Estimator({ ...plain, algorithmArn: 'arn:aws:sagemaker:eu-west-1:123456789012:algorithm/a' });
  // @ts-expect-error: no image
  new Estimator({ instanceType: 'local' });
  new PyTorch({ ...script, frameworkVersion: '2.6.0', pyVersion: 'py312' });
  new PyTorch({ ...script, imageUri: 'trainer' });
  // @ts-expect-error: two images
  new PyTorch({ ...script, imageUri: 'trainer', frameworkVersion: '2.6.0', pyVersion: 'py312' });
  // @ts-expect-error: a version of PyTorch needs one of Python
  new PyTorch({ ...script, frameworkVersion: '2.6.0' });
  // @ts-expect-error: no script
  new XGBoost({ instanceType: 'local', frameworkVersion: '1.7-1' });
}

export function spotAndPlaces(): void {
  new Estimator({ ...plain, useSpotInstances: true, maxWait: 7200 });
  // @ts-expect-error: spot training without a limit for the wait
  new Estimator({ ...plain, useSpotInstances: true });
  // @ts-expect-error: a limit for the wait without spot training
  new Estimator({ ...plain, maxWait: 7200 });
  new Estimator({ ...plain, subnets: ['subnet-1'], securityGroupIds: ['sg-1'] });
  // @ts-expect-error: a VPC needs both
  new Estimator({ ...plain, subnets: ['subnet-1'] });
  // @ts-expect-error: a path of checkpoints that go nowhere
  new Estimator({ ...plain, checkpointLocalPath: '/opt/ml/checkpoints' });
  // @ts-expect-error: a source without a program
  new Estimator({ ...plain, sourceDir: './src' });
}

export function inputs(): void {
  const files = new Estimator(plain);
  void files.fit('./data');
  void files.fit({ train: './data', test: { s3Data: 's3://bucket/test', inputMode: 'Pipe' } });
  void files.fit({ fileSystemId: 'fs-1', fileSystemType: 'EFS', directoryPath: '/data' });
  // @ts-expect-error: a stream of a folder of this machine
  void files.fit({ train: { s3Data: './data', inputMode: 'Pipe' } });
  const pipe = new Estimator({ ...plain, inputMode: 'Pipe' });
  void pipe.fit('s3://bucket/train');
  void pipe.fit({ train: 's3://bucket/train', names: { s3Data: './names', inputMode: 'File' } });
  // @ts-expect-error: a stream of a folder of this machine
  void pipe.fit({ train: './data' });
  // @ts-expect-error: a stream of a file system
  void pipe.fit({ fileSystemId: 'fs-1', fileSystemType: 'EFS', directoryPath: '/data' });
}

export function distributions(): void {
  new PyTorch({ ...script, imageUri: 'trainer', distribution: { torchDistributed: { enabled: true } } });
  const two = { torchDistributed: { enabled: true }, mpi: { enabled: true } };
  // @ts-expect-error: two strategies
  new PyTorch({ ...script, imageUri: 'trainer', distribution: two });
  // @ts-expect-error: not supported
  new PyTorch({ ...script, imageUri: 'trainer', distribution: { smdistributed: {} } });
  // @ts-expect-error: scikit-learn trains on one host
  new ScikitLearn({ ...script, frameworkVersion: '1.2-1', instanceCount: 2 });
  // @ts-expect-error: nothing distributed
  new TensorFlowJs({ ...script, distribution: { mpi: { enabled: true } } });
}

export async function results(): Promise<void> {
  const estimator = new Estimator(plain);
  const tunable: Tunable<'File'> = estimator;
  void tunable;
  const job = await estimator.fit('./data', { wait: false, logs: (update) => void update, jobName: 'a' });
  expectType<Same<typeof job, TrainingJob>>();
  for await (const update of job.updates({ signal: new AbortController().signal })) {
    expectType<Same<typeof update, JobUpdate>>();
  }
  for await (const { line } of job.logs()) expectType<Same<typeof line, string>>();
}
