import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { RUNTIME_SECONDS } from '../contract/limits.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { isObject } from './is-json-object.ts';
import { LOCAL_INSTANCE } from './local-values.ts';
import { pathTo } from './problem.ts';
import type { Channel } from './request.ts';

/** What the flags of `optml run` and `optml submit` say of the request, each with its place in it. */
export interface RequestFlags {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly source?: string | undefined;
  readonly program?: string | undefined;
  /** `NAME=REGEX` each. */
  readonly metrics?: readonly (readonly [name: string, regex: string])[] | undefined;
  /** `NAME=PLACE` each. */
  readonly channels: readonly (readonly [name: string, place: string])[];
  readonly hyperparameters: readonly (readonly [name: string, value: string])[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly instances?: number | undefined;
  readonly output?: string | undefined;
  readonly maxRuntimeSeconds?: number | undefined;
  readonly roleArn?: string | undefined;
  readonly instanceType?: string | undefined;
}

type Loose = Record<string, unknown>;

/** Folder of the working directory where artifacts go, where no place is named. */
export const DEFAULT_OUTPUT = 'optml-output';

/** Our own base image, where no other is named: it runs any source. */
export const DEFAULT_IMAGE = 'optml';

/**
 * `request` with what the flags say, which wins; without a request one that is made of the flags and of defaults. Places
 * in flags count from `workDir`. Not checked yet.
 */
export function applyFlags(request: unknown, flags: RequestFlags, workDir: string): unknown {
  const { metrics = [] } = flags;
  if (request !== undefined && !isObject(request)) return request;
  const given = request ?? defaultRequest(flags, workDir);
  const at = (location: string) =>
    isUri(location) ? location : `${resolve(workDir, homeReplaced(location))}${slash(location)}`;
  const { name, image, source, program, instances, output, maxRuntimeSeconds, roleArn, instanceType } = flags;
  const hyperparameters = [
    ...(source === undefined ? [] : [[TOOLKIT_HYPERPARAMETERS.submitDirectory, at(source)]]),
    ...(program === undefined ? [] : [[TOOLKIT_HYPERPARAMETERS.program, program]]),
    ...flags.hyperparameters,
  ];
  return {
    ...given,
    ...(name !== undefined && { TrainingJobName: name }),
    ...((image !== undefined || metrics.length > 0) && {
      AlgorithmSpecification: withMetrics(
        { ...part(given, 'AlgorithmSpecification'), ...(image !== undefined && { TrainingImage: image }) },
        metrics,
      ),
    }),
    ...(hyperparameters.length > 0 && {
      HyperParameters: { ...part(given, 'HyperParameters'), ...Object.fromEntries(hyperparameters) },
    }),
    ...(flags.environment.length > 0 && {
      Environment: { ...part(given, 'Environment'), ...Object.fromEntries(flags.environment) },
    }),
    ...(flags.channels.length > 0 && {
      InputDataConfig: withChannels(
        given['InputDataConfig'],
        flags.channels.map(([channel, location]) => [channel, at(location)]),
      ),
    }),
    ...(output !== undefined && { OutputDataConfig: { ...part(given, 'OutputDataConfig'), S3OutputPath: at(output) } }),
    ...((instances !== undefined || instanceType !== undefined) && {
      ResourceConfig: {
        ...part(given, 'ResourceConfig'),
        ...(instances !== undefined && { InstanceCount: instances }),
        ...(instanceType !== undefined && { InstanceType: instanceType }),
      },
    }),
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...(maxRuntimeSeconds !== undefined && {
      StoppingCondition: { ...part(given, 'StoppingCondition'), MaxRuntimeInSeconds: maxRuntimeSeconds },
    }),
  };
}

/** The option that sets the member at `path`, or a part of it; undefined if none of the given ones does. */
export function flagAt(flags: RequestFlags, path: string): string | undefined {
  const { submitDirectory, program } = TOOLKIT_HYPERPARAMETERS;
  const parameter = (name: string) => pathTo('HyperParameters', name);
  const rows: readonly (readonly [option: string, isGiven: boolean, path: string])[] = [
    ['--name', flags.name !== undefined, 'TrainingJobName'],
    ['--image', flags.image !== undefined, 'AlgorithmSpecification.TrainingImage'],
    ['--source', flags.source !== undefined, parameter(submitDirectory)],
    ['--program', flags.program !== undefined, parameter(program)],
    ['--output', flags.output !== undefined, 'OutputDataConfig.S3OutputPath'],
    ['--instances', flags.instances !== undefined, 'ResourceConfig.InstanceCount'],
    ['--role', flags.roleArn !== undefined, 'RoleArn'],
    ['--instance-type', flags.instanceType !== undefined, 'ResourceConfig.InstanceType'],
    ['--max-runtime', flags.maxRuntimeSeconds !== undefined, 'StoppingCondition.MaxRuntimeInSeconds'],
    ...flags.hyperparameters.map(([name]) => [`--hp ${name}`, true, parameter(name)] as const),
    ...flags.environment.map(([name]) => [`--env ${name}`, true, pathTo('Environment', name)] as const),
  ];
  return rows.find(([, isGiven, at]) => isGiven && at === path)?.[0];
}

function defaultRequest({ source }: RequestFlags, workDir: string): Loose {
  return {
    TrainingJobName: jobNameFrom(basename(resolve(workDir, source ?? '.'))),
    AlgorithmSpecification: { TrainingImage: DEFAULT_IMAGE, TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: resolve(workDir, DEFAULT_OUTPUT) },
    ResourceConfig: { InstanceType: LOCAL_INSTANCE, InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: RUNTIME_SECONDS.default },
  };
}

/** A name for a job, made of any text (contract section 12). */
export function jobNameFrom(text: string): string {
  const name = text
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'job' : name;
}

// A channel of the same name is read from the new place, in the way that the file says.
function withChannels(given: unknown, channels: readonly (readonly [string, string])[]): unknown {
  const listed = given ?? [];
  if (!Array.isArray(listed)) return listed;
  const known = [...(listed as Partial<Channel>[])];
  for (const [name, location] of channels) {
    const index = known.findIndex((channel) => isObject(channel) && channel['ChannelName'] === name);
    const before = known[index];
    const source = { S3DataType: 'S3Prefix', ...before?.DataSource?.S3DataSource, S3Uri: location };
    const channel = { ...before, ChannelName: name, DataSource: { S3DataSource: source } } as Partial<Channel>;
    if (index < 0) known.push(channel);
    else known[index] = channel;
  }
  return known;
}

// A metric of the same name gets the new expression.
function withMetrics(algorithm: Loose, metrics: readonly (readonly [name: string, regex: string])[]): Loose {
  const { MetricDefinitions: listed = [] } = algorithm;
  if (metrics.length === 0 || !Array.isArray(listed)) return algorithm;
  const names = metrics.map(([name]) => name);
  const kept = listed.filter((metric) => !isObject(metric) || !names.includes(String(metric['Name'])));
  return { ...algorithm, MetricDefinitions: [...kept, ...metrics.map(([Name, Regex]) => ({ Name, Regex }))] };
}

function part(given: Loose, member: string): Loose {
  const value = given[member];
  return isObject(value) ? value : {};
}

// Shells replace it only at the start of a word, which `--channel a=~/data` is not.
function homeReplaced(location: string): string {
  return location === '~' || location.startsWith('~/') ? `${homedir()}${location.slice(1)}` : location;
}

// `s3:/bucket` is a mistyped URI, which the request's own check rejects. A folder of that name is `./s3:`.
function isUri(location: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:s3|file):)/i.test(location);
}

// `./data/` is a folder, `./data` may be the beginning of a name.
function slash(location: string): string {
  return location.endsWith('/') && location !== '/' ? '/' : '';
}
