import { nearest } from '../../errors/nearest.ts';
import type { AnyOptions } from '../estimator-options.ts';
import { usageError } from './usage-error.ts';

/** Every option of all estimators. */
const NAMES: readonly string[] = Object.keys({
  role: 1,
  volumeSize: 1,
  volumeKmsKey: 1,
  maxRun: 1,
  inputMode: 1,
  outputPath: 1,
  outputKmsKey: 1,
  baseJobName: 1,
  tags: 1,
  modelUri: 1,
  modelChannelName: 1,
  metricDefinitions: 1,
  encryptInterContainerTraffic: 1,
  enableNetworkIsolation: 1,
  enableSagemakerMetrics: 1,
  environment: 1,
  maxRetryAttempts: 1,
  keepAlivePeriodInSeconds: 1,
  hyperparameters: 1,
  containerLogLevel: 1,
  distribution: 1,
  trainingRepositoryAccessMode: 1,
  trainingRepositoryCredentialsProviderArn: 1,
  containerEntryPoint: 1,
  containerArguments: 1,
  disableOutputCompression: 1,
  enableInfraCheck: 1,
  enableRemoteDebug: 1,
  enableSessionTagChaining: 1,
  trainingPlan: 1,
  apiMembers: 1,
  session: 1,
  imageUri: 1,
  algorithmArn: 1,
  entryPoint: 1,
  sourceDir: 1,
  instanceType: 1,
  instanceCount: 1,
  instanceGroups: 1,
  useSpotInstances: 1,
  maxWait: 1,
  subnets: 1,
  securityGroupIds: 1,
  checkpointS3Uri: 1,
  checkpointLocalPath: 1,
  frameworkVersion: 1,
  pyVersion: 1,
} satisfies Record<keyof AnyOptions, 1>);

/** Options of the Python SDK that this library lacks, and what to do instead. */
const ABSENT: Readonly<Record<string, string>> = {
  dependencies: 'Put them into sourceDir.',
  gitConfig: 'Clone the repository, and pass its folder as sourceDir.',
  codeLocation: 'Pass session: { defaultBucket, defaultBucketPrefix }.',
  sagemakerSession: 'Pass session.',
  rules: 'Pass apiMembers: { DebugRuleConfigurations }.',
  debuggerHookConfig: 'Pass apiMembers: { DebugHookConfig }.',
  tensorboardOutputConfig: 'Pass apiMembers: { TensorBoardOutputConfig }.',
  profilerConfig: 'Pass apiMembers: { ProfilerConfig }.',
  disableProfiler: 'The profiler is off unless apiMembers contains ProfilerConfig.',
  instancePlacementConfig: 'Pass apiMembers: { ResourceConfig }.',
};

/** Which options exclude each other, or need each other. Types say the same to programs in TypeScript. */
const RULES: readonly ((options: AnyOptions) => readonly [message: string, where: string, fix: string] | undefined)[] =
  [
    ({ imageUri, algorithmArn }) =>
      has(imageUri) && has(algorithmArn)
        ? ['imageUri and algorithmArn exclude each other', 'algorithmArn', 'Leave one of them out.']
        : undefined,
    ({ imageUri, frameworkVersion }) =>
      has(imageUri) && has(frameworkVersion)
        ? ['imageUri and frameworkVersion name two images', 'frameworkVersion', 'Leave one of them out.']
        : undefined,
    ({ instanceType, instanceCount, instanceGroups }) =>
      has(instanceGroups) && (has(instanceType) || has(instanceCount))
        ? ['instanceGroups excludes instanceType and instanceCount', 'instanceGroups', 'Leave them out.']
        : undefined,
    ({ instanceType, instanceGroups }) =>
      has(instanceType) || has(instanceGroups)
        ? undefined
        : ['instanceType is missing', 'instanceType', 'Pass one such as "ml.m5.xlarge", or "local" for this machine.'],
    ({ useSpotInstances = false, maxWait }) =>
      useSpotInstances && !has(maxWait)
        ? ['useSpotInstances needs maxWait', 'maxWait', 'Pass the seconds for waiting and training together.']
        : undefined,
    ({ useSpotInstances = false, maxWait }) =>
      !useSpotInstances && has(maxWait)
        ? ['maxWait is for spot training only', 'maxWait', 'Pass useSpotInstances: true, or leave it out.']
        : undefined,
    ({ subnets, securityGroupIds }) =>
      has(subnets) !== has(securityGroupIds)
        ? ['a VPC needs subnets and securityGroupIds', 'subnets', 'Pass both, or none.']
        : undefined,
    ({ checkpointS3Uri, checkpointLocalPath }) =>
      has(checkpointLocalPath) && !has(checkpointS3Uri)
        ? ['checkpointLocalPath needs checkpointS3Uri', 'checkpointS3Uri', 'Pass where checkpoints are kept.']
        : undefined,
    ({ entryPoint, sourceDir }) =>
      has(sourceDir) && !has(entryPoint)
        ? ['sourceDir needs entryPoint', 'entryPoint', 'Pass the program in that folder.']
        : undefined,
    ({ entryPoint }) =>
      typeof entryPoint === 'string' && /^s3:\/\//i.test(entryPoint)
        ? ['entryPoint is in S3', 'entryPoint', 'Pass a path of this machine, or sourceDir with a sourcedir.tar.gz.']
        : undefined,
    ({ inputMode }) =>
      has(inputMode) && !['File', 'Pipe', 'FastFile'].includes(inputMode ?? '')
        ? [`unknown input mode "${inputMode}"`, 'inputMode', 'Pass File, Pipe or FastFile.']
        : undefined,
  ];

/**
 * Checks options for programs that TypeScript has not checked. Types of single values are checked with the request.
 *
 * @throws OptmlError USAGE for the first mistake.
 */
export function checkOptions(options: AnyOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw usageError('expected an object with options', 'options', 'Pass at least an image and an instanceType.');
  }
  for (const [name, value] of Object.entries(options)) if (value !== undefined) checkName(name);
  for (const rule of RULES) {
    const problem = rule(options);
    if (problem !== undefined) throw usageError(...problem);
  }
}

function checkName(name: string): void {
  if (NAMES.includes(name)) return;
  // Copied from a program in Python.
  const camel = name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const absent = ABSENT[camel];
  if (absent !== undefined) throw usageError(`there is no option "${name}"`, name, absent);
  const known = NAMES.includes(camel) ? camel : nearest(name, NAMES);
  const fix = known === undefined ? 'Leave it out.' : `Write "${known}".`;
  throw usageError(`there is no option "${name}"`, name, fix);
}

function has(value: unknown): boolean {
  return value !== undefined && value !== null;
}
