import type { SdkJob } from './jobs.ts';

/** Configurations of the SageMaker Python SDK with every default that training jobs have. */
export const CONFIGURED = {
  admin: `SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: bucket
        DefaultS3ObjectKeyPrefix: team/a
  TrainingJob:
    RoleArn: arn:aws:iam::123456789012:role/Administrator
    EnableNetworkIsolation: false
    EnableInterContainerTrafficEncryption: true
    OutputDataConfig:
      KmsKeyId: admin-key
    Tags:
    - Key: team
      Value: a
`,
  user: `SchemaVersion: '1.0'
SageMaker:
  TrainingJob:
    RoleArn: arn:aws:iam::123456789012:role/User
    Environment:
      STAGE: test
      LEVEL: '3'
    OutputDataConfig:
      KmsKeyId: user-key
    ResourceConfig:
      VolumeKmsKeyId: volume-key
    ProfilerConfig:
      DisableProfiler: true
    VpcConfig:
      Subnets:
      - subnet-11111111
      - subnet-22222222
      SecurityGroupIds:
      - sg-11111111
    Tags:
    - Key: owner
      Value: b
`,
} as const;

const PLAIN = {
  imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1.2',
  instanceCount: 1,
  instanceType: 'ml.m5.xlarge',
};
const SCRIPT = {
  entryPoint: 'train.py',
  sourceDir: 'src',
  instanceCount: 2,
  instanceType: 'ml.m5.xlarge',
  frameworkVersion: '2.6.0',
  pyVersion: 'py312',
};
const DATA = 's3://data-bucket/train';

/** Jobs that leave things to the configuration, or override them. */
export const CONFIGURED_JOBS: readonly SdkJob[] = [
  { name: 'configured', estimator: 'Estimator', options: PLAIN, inputs: DATA },
  { name: 'configured-script', estimator: 'PyTorch', options: SCRIPT, inputs: { train: DATA } },
  {
    name: 'own-values',
    estimator: 'Estimator',
    options: {
      ...PLAIN,
      role: 'arn:aws:iam::123456789012:role/Own',
      environment: { STAGE: 'own' },
      outputKmsKey: 'own-key',
      volumeKmsKey: 'own-volume',
      subnets: ['subnet-33333333'],
      securityGroupIds: ['sg-33333333'],
      enableNetworkIsolation: true,
      encryptInterContainerTraffic: false,
      tags: [{ Key: 'team', Value: 'own' }],
      outputPath: 's3://own-bucket/out',
    },
    inputs: DATA,
  },
];
