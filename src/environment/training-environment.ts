import type { InputDataConfig } from '../config/input-data-config.ts';
import type { ResourceConfig } from '../config/resource-config.ts';
import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import type { JobPaths } from '../contract/paths.ts';
import type { Settings } from '../contract/settings.ts';
import { OPTML_PREFIX, SAGEMAKER_PREFIX, TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { ALGORITHM_MODULES, VARIABLES } from '../contract/variables.ts';
import { OptmlError } from '../errors/error.ts';
import { pythonStr, pythonTruth } from '../json/python-json.ts';
import { type JsonObject, type JsonValue, jsonTypeName } from '../json/value.ts';
import { findOnPath } from '../process/find-on-path.ts';
import type { Accelerators } from './accelerators.ts';
import { type Distribution, resolveDistribution } from './distribution.ts';
import { type LogLevel, readLogLevel } from './log-level.ts';
import { defaultRegion } from './region.ts';

/** Everything that one host's part of a training job knows about itself. Immutable; made once, passed on. */
export interface TrainingEnvironment {
  readonly paths: JobPaths;
  readonly settings: Settings;
  /** The variables that `train` was started with. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** The user's hyperparameters, decoded, in the order of the file (C10, C22). */
  readonly hyperparameters: JsonObject;
  /** `sagemaker_*` hyperparameters that the toolkit does not use itself (C22). */
  readonly frameworkParameters: JsonObject;
  /** What the toolkit uses itself: `sagemaker_program` and the like (C22). */
  readonly toolkitParameters: JsonObject;
  readonly resources: ResourceConfig;
  readonly inputData: InputDataConfig;
  /** Channel → its folder, in the order of the file. */
  readonly channelDirs: ReadonlyMap<string, string>;
  readonly instanceType: JsonValue;
  readonly instanceGroup: JsonValue;
  readonly instanceGroupHosts: readonly string[];
  readonly networkInterface: JsonValue;
  readonly topology: JsonValue;
  readonly distribution: Distribution;
  readonly accelerators: Accelerators;
  /** Which launchers of smdistributed are on PATH (`SM_TRAINING_ENV`). */
  readonly installed: { readonly smddprun: boolean; readonly smddpmprun: boolean };
  /** The program as given, or null (C20). */
  readonly program: string | null;
  /** `SM_MODULE_NAME`: the program without a final `.py` (section 4 of the contract). */
  readonly moduleName: string;
  /** Where the source comes from: `code/` itself when nothing else is given (C21). */
  readonly sourceLocation: string;
  /** `SAGEMAKER_TRAINING_MODULE` as given, or null (C25). Null also if it is an algorithm of optml, and the job names a program. */
  readonly trainingModule: string | null;
  /** `TRAINING_JOB_NAME`, or null. */
  readonly jobName: string | null;
  /** Hyperparameter `sagemaker_job_name`, or empty. */
  readonly sagemakerJobName: string;
  readonly region: string;
  readonly logLevel: LogLevel;
  /** `sagemaker_s3_output`, or null (C56). */
  readonly s3Output: string | null;
}

/** What a {@link TrainingEnvironment} is made of. */
export interface EnvironmentSources {
  readonly paths: JobPaths;
  readonly settings: Settings;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** All hyperparameters of the file, the toolkit's included. */
  readonly allHyperparameters: JsonObject;
  readonly resources: ResourceConfig;
  readonly inputData: InputDataConfig;
  readonly accelerators: Accelerators;
}

/**
 * Derives the environment from the files and the machine. Reads nothing but the AWS profile's region and PATH.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID or SETTING_INVALID for a toolkit parameter of the wrong type.
 */
export function makeTrainingEnvironment(sources: EnvironmentSources): TrainingEnvironment {
  const { paths, variables, resources, inputData } = sources;
  const { user, toolkit, framework } = splitHyperparameters(sources.allHyperparameters);
  const instanceGroup = orDefault(resources.raw.get('current_group_name'), RESOURCE_DEFAULTS.instanceGroup);
  const submitDirectory = toolkit.get(TOOLKIT_HYPERPARAMETERS.submitDirectory);
  return {
    paths,
    settings: sources.settings,
    variables,
    hyperparameters: user,
    frameworkParameters: framework,
    toolkitParameters: toolkit,
    resources,
    inputData,
    channelDirs: new Map(inputData.channels.map((name) => [name, channelDir(name, paths)])),
    instanceType: instanceTypeOf(resources),
    instanceGroup,
    instanceGroupHosts: resources.instanceGroups.find((group) => group.name === instanceGroup)?.hosts ?? [],
    networkInterface: orDefault(resources.raw.get('network_interface_name'), RESOURCE_DEFAULTS.networkInterface),
    topology: orDefault(resources.raw.get('topology'), []),
    distribution: resolveDistribution(framework, resources, instanceGroup, sources.settings.launch),
    accelerators: sources.accelerators,
    installed: {
      smddprun: findOnPath('smddprun', variables) !== undefined,
      smddpmprun: findOnPath('smddpmprun', variables) !== undefined,
    },
    ...programOf(variables, toolkit),
    sourceLocation:
      submitDirectory === undefined
        ? variables['SAGEMAKER_SUBMIT_DIRECTORY'] || paths.codeDir
        : pythonStr(submitDirectory),
    jobName: variables[VARIABLES.jobName] ?? null,
    sagemakerJobName: textParameter(toolkit, TOOLKIT_HYPERPARAMETERS.jobName) ?? '',
    region: regionOf(variables, toolkit),
    logLevel: readLogLevel(variables, toolkit.get(TOOLKIT_HYPERPARAMETERS.containerLogLevel)),
    s3Output: textIfTrue(toolkit, TOOLKIT_HYPERPARAMETERS.s3Output),
  };
}

// Python's `os.path.join`: `..` stays, an absolute name is the whole path, an empty one leaves a final slash.
function channelDir(name: string, { inputDataDir }: JobPaths): string {
  return name.startsWith('/') ? name : `${inputDataDir}/${name}`;
}

/** The instance type where it is a text, for counting Neuron cores; null in the file is treated as not given. */
export function instanceTypeOf(resources: ResourceConfig): JsonValue {
  return resources.raw.get('current_instance_type') ?? RESOURCE_DEFAULTS.instanceType;
}

const TOOLKIT_NAMES: ReadonlySet<string> = new Set(Object.values(TOOLKIT_HYPERPARAMETERS));

function splitHyperparameters(all: JsonObject): { user: JsonObject; toolkit: JsonObject; framework: JsonObject } {
  const user: JsonObject = new Map();
  const toolkit: JsonObject = new Map();
  const framework: JsonObject = new Map();
  for (const [name, value] of all) {
    if (TOOLKIT_NAMES.has(name)) toolkit.set(name, value);
    else if (name.startsWith(SAGEMAKER_PREFIX)) framework.set(name, value);
    else if (!name.startsWith(OPTML_PREFIX)) user.set(name, value);
  }
  return { user, toolkit, framework };
}

// A member that is there with the value null stays null, as in the reference.
function orDefault(value: JsonValue | undefined, fallback: JsonValue): JsonValue {
  return value === undefined ? fallback : value;
}

// The variable wins, also for the module's name; an empty one leaves the name empty and the program to the hyperparameter.
function programOf(
  variables: Readonly<NodeJS.ProcessEnv>,
  toolkit: JsonObject,
): Pick<TrainingEnvironment, 'program' | 'moduleName' | 'trainingModule'> {
  const variable = variables['SAGEMAKER_PROGRAM'];
  const parameter = textParameter(toolkit, TOOLKIT_HYPERPARAMETERS.program);
  const moduleName = variable ?? parameter ?? '';
  const program = variable || parameter || null;
  const module = variables['SAGEMAKER_TRAINING_MODULE'] ?? null;
  return {
    program,
    // The script mode of an algorithm's image.
    trainingModule: program !== null && module?.startsWith(ALGORITHM_MODULES) ? null : module,
    moduleName: moduleName.endsWith('.py') ? moduleName.slice(0, -3) : moduleName,
  };
}

// A region that is given and false in Python, such as null, is empty: the default does not replace it.
function regionOf(variables: Readonly<NodeJS.ProcessEnv>, toolkit: JsonObject): string {
  const name = TOOLKIT_HYPERPARAMETERS.region;
  return toolkit.has(name) ? (textIfTrue(toolkit, name) ?? '') : (defaultRegion(variables) ?? '');
}

// The reference does not look at a value that is false in Python, such as 0 or an empty list.
function textIfTrue(toolkit: JsonObject, name: string): string | null {
  return pythonTruth(toolkit.get(name)) ? textParameter(toolkit, name) : null;
}

function textParameter(toolkit: JsonObject, name: string): string | null {
  const value = toolkit.get(name);
  if (value === undefined || value === null || typeof value === 'string') return value ?? null;
  throw new OptmlError(
    'HYPERPARAMETER_INVALID',
    `expected hyperparameter "${name}" to be text, got ${jsonTypeName(value)}`,
    {
      where: `input/config/hyperparameters.json, field ${name}`,
      fix: `Write the value as JSON text, in escaped double quotes: "${name}": "\\"...\\"".`,
    },
  );
}
