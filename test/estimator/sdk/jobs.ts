// Thirty jobs, each described once: for the Python SDK the names of options become those of Python (`maxRun` → `max_run`).
const ROLE = 'arn:aws:iam::123456789012:role/Trainer';
const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1.2';
const ONE = { role: ROLE, instanceCount: 1, instanceType: 'ml.m5.xlarge' };
const PLAIN = { ...ONE, imageUri: IMAGE };
const SCRIPT = { ...ONE, entryPoint: 'train.py', sourceDir: 'src' };
const TORCH = { ...SCRIPT, frameworkVersion: '2.6.0', pyVersion: 'py312' };
const GPUS = { ...TORCH, instanceType: 'ml.g5.xlarge', instanceCount: 2 };
const SKLEARN = { ...SCRIPT, frameworkVersion: '1.2-1' };
const XGBOOST = { ...SCRIPT, frameworkVersion: '1.7-1' };
const DATA = 's3://data-bucket/train';
const { instanceType: _type, instanceCount: _count, ...TORCH_GROUPS } = TORCH;
const GROUPS = [
  { instanceGroupName: 'cpus', instanceType: 'ml.c5.xlarge', instanceCount: 1 },
  { instanceGroupName: 'gpus', instanceType: 'ml.g5.xlarge', instanceCount: 2 },
];
const VALUES = {
  epochs: 3,
  rate: 0.1,
  tiny: 1e-5,
  large: 123456789012,
  name: 'a "quoted" word – ü',
  flag: true,
  nothing: null,
  list: [1, 2.5, 'x'],
  nested: { b: { c: [] }, a: 1 },
};

export interface SdkJob {
  readonly name: string;
  readonly estimator: 'Estimator' | 'PyTorch' | 'ScikitLearn' | 'XGBoost';
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs?: unknown;
}

const generic = (name: string, options: SdkJob['options'] = {}, inputs: unknown = DATA): SdkJob => ({
  name,
  estimator: 'Estimator',
  options: { ...PLAIN, ...options },
  inputs,
});
const framework = (
  name: string,
  estimator: SdkJob['estimator'],
  options: SdkJob['options'],
  inputs: unknown = { train: DATA },
): SdkJob => ({ name, estimator, options, inputs });

export const SDK_JOBS: readonly SdkJob[] = [
  generic('defaults'),
  { name: 'no-data', estimator: 'Estimator', options: PLAIN },
  generic('texts-as-hyperparameters', {
    hyperparameters: { epochs: 3, rate: 0.1, tiny: 1e-5, name: 'sgd', empty: '' },
  }),
  generic('json-hyperparameters', { entryPoint: 'train.py', sourceDir: 'src', hyperparameters: VALUES }),
  generic('script-alone', { entryPoint: 'src/train.py', hyperparameters: { epochs: 3, name: 'sgd' } }),
  generic('source-in-s3', {
    entryPoint: 'train.py',
    sourceDir: 's3://code-bucket/x/sourcedir.tar.gz',
    containerLogLevel: 10,
  }),
  generic('tags-as-object', { tags: { team: 'vision', stage: 'test' }, environment: { MODE: 'fast', EMPTY: '' } }),
  generic('tags-as-list', { tags: [{ Key: 'team', Value: 'vision' }], baseJobName: 'ignored' }),
  generic('spot', { useSpotInstances: true, maxRun: 3600, maxWait: 7200, maxRetryAttempts: 2 }),
  generic('checkpoints', {
    checkpointS3Uri: 's3://data-bucket/checkpoints',
    checkpointLocalPath: '/opt/ml/checkpoints/x',
  }),
  generic('checkpoints-without-path', { checkpointS3Uri: 's3://data-bucket/checkpoints' }),
  generic('vpc', { subnets: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'], encryptInterContainerTraffic: true }),
  generic('encryption', {
    outputKmsKey: 'key-1',
    volumeKmsKey: 'key-2',
    volumeSize: 100,
    outputPath: 's3://bucket/out',
  }),
  generic('isolated', { enableNetworkIsolation: true }),
  generic('isolated-script', { enableNetworkIsolation: true, entryPoint: 'train.py', sourceDir: 'src' }),
  generic('warm-pool', { keepAlivePeriodInSeconds: 600, enableInfraCheck: true, enableRemoteDebug: true }),
  generic('metrics', {
    metricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
    enableSagemakerMetrics: true,
    disableOutputCompression: true,
  }),
  generic('container', {
    containerEntryPoint: ['python', 'run.py'],
    containerArguments: ['--fast'],
    trainingRepositoryAccessMode: 'Vpc',
    trainingRepositoryCredentialsProviderArn: 'arn:aws:lambda:eu-west-1:123456789012:function:credentials',
    enableSessionTagChaining: true,
  }),
  generic('model', { modelUri: 's3://data-bucket/model.tar.gz', modelChannelName: 'pretrained' }, { train: DATA }),
  generic('pipe', { inputMode: 'Pipe' }, { s3Data: DATA, contentType: 'text/csv', recordWrapping: 'RecordIO' }),
  generic('input-with-mode', {}, { s3Data: DATA, inputMode: 'FastFile', distribution: 'ShardedByS3Key' }),
  generic(
    'channels',
    {},
    {
      train: { s3Data: DATA, compression: 'Gzip', inputMode: 'Pipe', shuffleConfig: { seed: 7 } },
      lines: {
        s3Data: DATA,
        inputMode: 'Pipe',
        s3DataType: 'AugmentedManifestFile',
        attributeNames: ['source-ref', 'class'],
      },
      files: DATA,
    },
  ),
  generic(
    'file-system',
    { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
    {
      fileSystemId: 'fs-0123456789abcdef0',
      fileSystemType: 'FSxLustre',
      directoryPath: '/fsx/train',
      contentType: 'text/csv',
    },
  ),
  framework('pytorch', 'PyTorch', { ...TORCH, hyperparameters: VALUES }),
  framework('torchrun', 'PyTorch', { ...GPUS, distribution: { torchDistributed: { enabled: true } } }),
  framework('mpi', 'PyTorch', {
    ...GPUS,
    distribution: { mpi: { enabled: true, processesPerHost: 4, customMpiOptions: '--verbose' } },
    checkpointS3Uri: 's3://data-bucket/checkpoints',
  }),
  framework('data-parallel', 'PyTorch', {
    ...GPUS,
    frameworkVersion: '2.2.0',
    pyVersion: 'py310',
    instanceType: 'ml.p4d.24xlarge',
    distribution: { pytorchddp: { enabled: true, customMpiOptions: '-x A=1' } },
  }),
  framework(
    'instance-groups',
    'PyTorch',
    {
      ...TORCH_GROUPS,
      instanceGroups: GROUPS,
      distribution: { mpi: { enabled: true }, instanceGroups: ['gpus'] },
    },
    { train: { s3Data: DATA, instanceGroups: ['gpus'] } },
  ),
  framework('scikit-learn', 'ScikitLearn', { ...SKLEARN, hyperparameters: { 'max-depth': 5, criterion: 'gini' } }),
  framework('xgboost', 'XGBoost', { ...XGBOOST, instanceType: 'ml.c5.xlarge', outputPath: 's3://bucket/out/' }),
];
