import { hostname } from 'node:os';
import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import { DEFAULT_LOG_LEVEL } from '../contract/log-level.ts';
import { channelPath, RELATIVE_PATHS } from '../contract/paths.ts';
import { VARIABLES } from '../contract/variables.ts';
import { parseJson } from '../json/parse.ts';
import type { JsonValue } from '../json/value.ts';
import { checkpointFolder, localChannels, localFolder, scriptFolder } from './local-folders.ts';
import { hyperparameters } from './script-hyperparameters.ts';
import { type HyperparameterValue, plainObject } from './values.ts';

/**
 * What a training script can know about its job: a read-only view of the variables that `train` sets (contract section
 * 4). Folders exist when they are asked for, also when the script is run by hand.
 */
export interface ScriptEnvironment {
  /** Whether the script was started by `train` (or another toolkit that sets the `SM_*` variables). */
  readonly isTrainingJob: boolean;
  /** `TRAINING_JOB_NAME`, or undefined. */
  readonly jobName: string | undefined;
  /** Where the model is saved to; becomes `model.tar.gz`. Absolute. */
  readonly modelDir: string;
  /** For other artifacts; becomes `output.tar.gz`. Absolute. */
  readonly outputDataDir: string;
  /** Uploaded while training runs, where the job asks for it. Absolute. */
  readonly outputIntermediateDir: string;
  /** Kept in S3 by the platform while training runs, and restored at the start (contract C54). Absolute. */
  readonly checkpointDir: string;
  /** Channel → its folder, sorted by name. By hand: the folders below `input/data`, and those of variables. */
  readonly channels: Readonly<Record<string, string>>;
  /** A channel's folder. @throws Error naming the channels that there are. By hand the folder is made. */
  channelDir(channel: string): string;
  /** Decoded hyperparameters; see {@link hyperparameters} for a typed view. */
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  /** All hosts of the job, in the order of the resource configuration. */
  readonly hosts: readonly string[];
  readonly currentHost: string;
  /** This host's place among the hosts sorted by name, from 0. */
  readonly hostRank: number;
  readonly masterHost: string;
  readonly isMaster: boolean;
  readonly networkInterface: string;
  /** Such as `ml.m5.large`; `local` outside the platform. */
  readonly instanceType: string;
  readonly instanceGroup: string;
  readonly numCpus: number;
  readonly numGpus: number;
  /** Neuron cores. */
  readonly numNeurons: number;
  /** A number of Python's: 10 debug, 20 info, 30 warning, 40 error. */
  readonly logLevel: number;
}

/**
 * The environment of the running script. Reads the `SM_*` variables; outside a job it answers with one host and folders
 * below `./ml`, made on first use, so that a script runs unchanged by hand.
 *
 * @example
 * ```ts
 * import { trainingEnvironment } from 'optml';
 *
 * const { isMaster, hostRank, channels } = trainingEnvironment();
 * console.log(isMaster, hostRank, Object.keys(channels)); // true 0 [ 'training' ]
 * ```
 */
export function trainingEnvironment(): ScriptEnvironment {
  return new Proxy(view(process.env), READ_ONLY);
}

const refuse = (_: ScriptEnvironment, name: PropertyKey): never => {
  throw new TypeError(`The training environment is read-only: cannot change "${String(name)}"`);
};

const READ_ONLY: ProxyHandler<ScriptEnvironment> = { set: refuse, deleteProperty: refuse, defineProperty: refuse };

function view(variables: Readonly<NodeJS.ProcessEnv>): ScriptEnvironment {
  const isTrainingJob = variables[VARIABLES.modelDir] !== undefined;
  const text = (name: string, fallback: string) => variables[name] || fallback;
  const count = (name: string) => Number(variables[name] ?? 0);
  const hosts = Object.freeze(textList(variables['SM_HOSTS']) ?? [hostname()]);
  const currentHost = text('SM_CURRENT_HOST', hosts[0] ?? hostname());
  const masterHost = text(VARIABLES.masterAddress, hosts[0] ?? currentHost);
  let channels: Readonly<Record<string, string>> | undefined;
  // Read when they are asked for: by hand that reads a folder.
  const readOnce = () => {
    channels ??= readChannels(variables);
    return channels;
  };
  return {
    isTrainingJob,
    jobName: variables[VARIABLES.jobName],
    // Getters: a folder by hand is made, and named, only when it is asked for.
    get modelDir() {
      return scriptFolder(variables, VARIABLES.modelDir, RELATIVE_PATHS.modelDir);
    },
    get outputDataDir() {
      return scriptFolder(variables, 'SM_OUTPUT_DATA_DIR', RELATIVE_PATHS.outputDataDir);
    },
    get outputIntermediateDir() {
      return scriptFolder(variables, 'SM_OUTPUT_INTERMEDIATE_DIR', RELATIVE_PATHS.outputIntermediateDir);
    },
    get checkpointDir() {
      return checkpointFolder(variables);
    },
    get channels() {
      return readOnce();
    },
    channelDir: (channel) => channelFolder(channel, readOnce(), variables),
    get hyperparameters() {
      return hyperparameters();
    },
    hosts,
    currentHost,
    hostRank: Math.max(
      0,
      variables[VARIABLES.hostRank] === undefined ? [...hosts].sort().indexOf(currentHost) : count(VARIABLES.hostRank),
    ),
    masterHost,
    isMaster: currentHost === masterHost,
    networkInterface: text('SM_NETWORK_INTERFACE_NAME', RESOURCE_DEFAULTS.networkInterface),
    instanceType: text('SM_CURRENT_INSTANCE_TYPE', RESOURCE_DEFAULTS.instanceType),
    instanceGroup: text('SM_CURRENT_INSTANCE_GROUP', RESOURCE_DEFAULTS.instanceGroup),
    numCpus: count('SM_NUM_CPUS') || 1,
    numGpus: count('SM_NUM_GPUS'),
    numNeurons: count('SM_NUM_NEURONS'),
    logLevel: logLevelOf(variables['SM_LOG_LEVEL'] || String(DEFAULT_LOG_LEVEL)),
  };
}

// In Python booleans are numbers, also as log levels.
function logLevelOf(text: string): number {
  return text === 'true' || text === 'false' ? Number(text === 'true') : Number(text);
}

function readChannels(variables: Readonly<NodeJS.ProcessEnv>): Readonly<Record<string, string>> {
  const listed = textList(variables['SM_CHANNELS']);
  const entries =
    listed === undefined
      ? channelsByHand(variables)
      : listed.flatMap((channel) => {
          const dir = variables[`SM_CHANNEL_${channel.toUpperCase()}`];
          return dir === undefined ? [] : [[channel, dir] as const];
        });
  return Object.freeze(plainObject(entries));
}

// The folders, and what somebody may set for single channels.
function channelsByHand(variables: Readonly<NodeJS.ProcessEnv>): readonly (readonly [string, string])[] {
  const folders = variables[VARIABLES.modelDir] === undefined ? localChannels(variables) : [];
  const channels = new Map([...folders, ...ofVariables(variables)]);
  return [...channels].sort(([a], [b]) => (a < b ? -1 : 1));
}

function ofVariables(variables: Readonly<NodeJS.ProcessEnv>): readonly (readonly [string, string])[] {
  return Object.entries(variables).flatMap(([name, dir]) =>
    name.startsWith('SM_CHANNEL_') && dir ? [[name.slice(11).toLowerCase(), dir] as const] : [],
  );
}

function channelFolder(
  channel: string,
  channels: Readonly<Record<string, string>>,
  variables: Readonly<NodeJS.ProcessEnv>,
): string {
  const dir = Object.hasOwn(channels, channel) ? channels[channel] : undefined;
  if (dir === undefined && variables[VARIABLES.modelDir] !== undefined) {
    throw new Error(
      `The job has no channel "${channel}"; it has ${Object.keys(channels).join(', ') || 'no channels'}. Add it to the job's InputDataConfig.`,
    );
  }
  return dir ?? localFolder(variables, channelPath(channel));
}

function textList(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const value: JsonValue = parseJson(text);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
