import { isObject } from '../../request/is-json-object.ts';
import { type Problem, pathTo } from '../../request/problem.ts';
import { defaultProblem, unknownNames } from './default-values.ts';
import type { Defaults, FoundDefaults } from './defaults.ts';
import { unreadableDefaults, wrongDefaults } from './defaults-error.ts';
import { originsOf } from './origins.ts';

const SESSION = 'SageMaker.PythonSDK.Modules.Session';
const JOB = 'SageMaker.TrainingJob';

/** Settings of the SDK's configuration → defaults. Paths are those of the SDK's `config_schema.py` (version 2.257.7). */
const SETTINGS: Readonly<Record<string, keyof Defaults>> = {
  [`${SESSION}.DefaultS3Bucket`]: 'bucket',
  [`${SESSION}.DefaultS3ObjectKeyPrefix`]: 'prefix',
  [`${JOB}.RoleArn`]: 'roleArn',
  [`${JOB}.Environment`]: 'environment',
  [`${JOB}.EnableNetworkIsolation`]: 'enableNetworkIsolation',
  [`${JOB}.EnableInterContainerTrafficEncryption`]: 'encryptInterContainerTraffic',
  [`${JOB}.OutputDataConfig.KmsKeyId`]: 'outputKmsKeyId',
  [`${JOB}.ResourceConfig.VolumeKmsKeyId`]: 'volumeKmsKeyId',
  [`${JOB}.ProfilerConfig.DisableProfiler`]: 'disableProfiler',
  [`${JOB}.VpcConfig.Subnets`]: 'subnets',
  [`${JOB}.VpcConfig.SecurityGroupIds`]: 'securityGroupIds',
  [`${JOB}.Tags`]: 'tags',
};

/** Other names that the SDK accepts beside those of {@link SETTINGS}. What they contain is for other kinds of work. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  '': ['SchemaVersion', 'CustomParameters'],
  SageMaker: [
    ...['FeatureGroup', 'MonitoringSchedule', 'Endpoint', 'EndpointConfig', 'AutoMLJob', 'AutoMLJobV2', 'TransformJob'],
    ...['CompilationJob', 'Pipeline', 'Model', 'ModelPackage', 'ProcessingJob', 'EdgePackagingJob'],
  ],
  'SageMaker.PythonSDK.Modules': [
    ...['ModelTrainer', 'Estimator', 'RemoteFunction', 'NotebookJob', 'Serve', 'TelemetryOptOut'],
  ],
};

/**
 * The defaults for training jobs in a configuration of the SageMaker Python SDK, which `where` names. An empty document has
 * none, as for the SDK.
 *
 * @throws OptmlError DEFAULTS_INVALID, also for names that the SDK rejects.
 */
export async function parseSdkConfig(text: string, where: string): Promise<FoundDefaults> {
  const { parseYamlText } = await import('#request/parse-yaml');
  const { value, problem } = parseYamlText(text);
  if (problem !== undefined) throw unreadableDefaults(where, problem);
  if (value === null || value === undefined) return { defaults: {}, origins: {} };
  if (!isObject(value)) throw unreadableDefaults(where, { message: 'expected a mapping' });
  const problems: Problem[] = [...versionProblems(value)];
  const defaults: Collected = {};
  collect(value, '', defaults, problems);
  if (problems.length > 0) throw wrongDefaults(problems, where);
  // Each value has been checked.
  const found = defaults as Defaults;
  return { defaults: found, origins: originsOf(found, () => where) };
}

function versionProblems({ SchemaVersion: version }: Record<string, unknown>): readonly Problem[] {
  if (version === '1.0') return [];
  const path = 'SchemaVersion';
  if (version === undefined) return [{ path, message: 'it is missing', fix: "Write: SchemaVersion: '1.0'" }];
  const fix = version === 1 ? "Quote it: '1.0'." : 'Write the configuration of version 1.0.';
  return [{ path, message: 'expected the text "1.0"', fix }];
}

type Collected = Partial<Record<keyof Defaults, unknown>>;

/** Puts the settings below `path` into `defaults`. */
function collect(section: Record<string, unknown>, path: string, defaults: Collected, problems: Problem[]): void {
  const known = namesBelow(path);
  const others = OTHER_NAMES[path] ?? [];
  problems.push(...unknownNames(section, [...known, ...others], path));
  for (const name of known) {
    if (!Object.hasOwn(section, name)) continue;
    const value = section[name];
    const at = pathTo(path, name);
    const target = SETTINGS[at];
    if (target !== undefined) {
      const problem = defaultProblem(target, value, at);
      if (problem === undefined) defaults[target] = value;
      else problems.push(problem);
    } else if (isObject(value)) collect(value, at, defaults, problems);
    else problems.push({ path: at, message: 'expected a mapping' });
  }
}

/** The names with settings of ours in or below them. */
function namesBelow(path: string): readonly string[] {
  const start = path === '' ? '' : `${path}.`;
  const below = Object.keys(SETTINGS).filter((setting) => setting.startsWith(start));
  return [...new Set(below.map((setting) => setting.slice(start.length).split('.')[0] ?? ''))];
}
