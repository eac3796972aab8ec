import { violation } from './check-shape.ts';
import { DEFAULT_RUNTIME_SECONDS } from './defaults.ts';
import { isObject } from './is-json-object.ts';
import { isLocalPath } from './local-values.ts';
import { type Problem, pathTo } from './problem.ts';
import type { Channel, TrainingJobRequest } from './request.ts';

/** Longest that a job may run, in seconds. */
const MAX_RUNTIME_SECONDS = 28 * 24 * 3600;

type Check = (request: TrainingJobRequest, isLocal: boolean) => readonly Problem[];

/** Each rule and the members that it looks at. */
const RULES: readonly { readonly check: Check; readonly members: readonly string[] }[] = [
  { check: checkAlgorithm, members: ['AlgorithmSpecification', 'ServerlessJobConfig'] },
  { check: checkResources, members: ['ResourceConfig', 'EnableManagedSpotTraining'] },
  { check: checkStopping, members: ['StoppingCondition', 'EnableManagedSpotTraining'] },
  { check: checkChannels, members: ['InputDataConfig', 'AlgorithmSpecification', 'ResourceConfig'] },
];

/**
 * What the platform demands of a request besides its shapes (contract sections 7 and 12). `isLocal`: places on this
 * machine are allowed, and a volume is not demanded. Rules about members that are in `misshapen` are left out.
 */
export function checkRules(
  request: TrainingJobRequest,
  isLocal: boolean,
  misshapen: ReadonlySet<string> = new Set(),
): readonly Problem[] {
  return RULES.filter(({ members }) => !members.some((member) => misshapen.has(member))).flatMap(({ check }) =>
    check(request, isLocal),
  );
}

function checkAlgorithm(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  if (request.ServerlessJobConfig !== undefined) {
    const message = 'a serverless job has no image to run here';
    return [{ path: 'ServerlessJobConfig', message, fix: 'Give AlgorithmSpecification and ResourceConfig instead.' }];
  }
  const algorithm = request.AlgorithmSpecification;
  if (algorithm === undefined) return [violation('null', 'AlgorithmSpecification', 'Member must not be null')];
  const path = 'AlgorithmSpecification';
  const { TrainingImage: image, AlgorithmName: name } = algorithm;
  const problems: Problem[] = [];
  if (image !== undefined && name !== undefined) {
    problems.push({
      path,
      message: 'TrainingImage and AlgorithmName exclude each other',
      fix: 'Leave one of them out.',
    });
  }
  if (name !== undefined && isLocal) {
    const message = 'an algorithm resource exists on the platform only';
    problems.push({ path: `${path}.AlgorithmName`, message, fix: 'Give its image as TrainingImage.' });
  }
  if (image === undefined && name === undefined) {
    problems.push({ path, message: 'one of TrainingImage and AlgorithmName is needed', fix: 'Give TrainingImage.' });
  }
  if (image !== undefined && !isLocal && isLocalPath(image))
    problems.push(localPathProblem(`${path}.TrainingImage`, image));
  const names = (algorithm.MetricDefinitions ?? []).map(({ Name }) => Name);
  problems.push(...repeated(names, (index) => `${path}.MetricDefinitions[${index}].Name`, 'metric'));
  return problems;
}

function checkResources(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  const path = 'ResourceConfig';
  const resources = request.ResourceConfig;
  if (resources === undefined) return [violation('null', path, 'Member must not be null')];
  const { InstanceType: type, InstanceCount: count, InstanceGroups: groups, VolumeSizeInGB: volume } = resources;
  const problems: Problem[] = [];
  if (groups !== undefined && (type !== undefined || count !== undefined)) {
    const message = 'InstanceGroups and InstanceType with InstanceCount exclude each other';
    problems.push({ path, message, fix: 'Leave one of them out.' });
  }
  if (groups === undefined) {
    if (type === undefined) problems.push(violation('null', `${path}.InstanceType`, 'Member must not be null'));
    if (count === undefined) problems.push(violation('null', `${path}.InstanceCount`, 'Member must not be null'));
  }
  const hosts = (groups ?? [{ InstanceCount: count ?? 1 }]).reduce((sum, group) => sum + group.InstanceCount, 0);
  if (hosts === 0) {
    const where = groups === undefined ? `${path}.InstanceCount` : `${path}.InstanceGroups`;
    problems.push(violation('0', where, 'Member must have value greater than or equal to 1'));
  }
  if (volume === undefined && !isLocal) {
    problems.push(violation('null', `${path}.VolumeSizeInGB`, 'Member must not be null'));
  }
  const names = (groups ?? []).map(({ InstanceGroupName }) => InstanceGroupName);
  problems.push(...repeated(names, (index) => `${path}.InstanceGroups[${index}].InstanceGroupName`, 'instance group'));
  const keepsWarm = (resources.KeepAlivePeriodInSeconds ?? 0) > 0;
  if (keepsWarm && (request.EnableManagedSpotTraining === true || groups !== undefined)) {
    const message = 'a warm pool goes neither with spot training nor with instance groups';
    problems.push({ path: `${path}.KeepAlivePeriodInSeconds`, message, fix: 'Leave it out.' });
  }
  return problems;
}

function checkStopping(request: TrainingJobRequest): readonly Problem[] {
  const path = 'StoppingCondition';
  const condition = request.StoppingCondition;
  const isSpot = request.EnableManagedSpotTraining === true;
  if (condition === undefined) return [violation('null', path, 'Member must not be null')];
  const { MaxRuntimeInSeconds: runtime = DEFAULT_RUNTIME_SECONDS, MaxWaitTimeInSeconds: wait } = condition;
  const problems: Problem[] = [];
  if (runtime > MAX_RUNTIME_SECONDS) {
    const demand = `Member must have value less than or equal to ${MAX_RUNTIME_SECONDS}`;
    problems.push(violation(String(runtime), `${path}.MaxRuntimeInSeconds`, demand));
  }
  const waitPath = `${path}.MaxWaitTimeInSeconds`;
  if (isSpot && wait === undefined) problems.push(violation('null', waitPath, 'Member must not be null'));
  if (isSpot && wait !== undefined && wait < runtime) {
    const message = `MaxWaitTimeInSeconds (${wait}) is less than MaxRuntimeInSeconds (${runtime})`;
    problems.push({ path: waitPath, message, fix: `Give at least ${runtime}.` });
  }
  if (!isSpot && wait !== undefined) {
    const message = 'MaxWaitTimeInSeconds is for managed spot training only';
    problems.push({ path: waitPath, message, fix: 'Leave it out, or set EnableManagedSpotTraining.' });
  }
  return problems;
}

function checkChannels(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  const channels = request.InputDataConfig ?? [];
  const names = channels.map(({ ChannelName }) => ChannelName);
  const groups = request.ResourceConfig?.InstanceGroups?.map(({ InstanceGroupName }) => InstanceGroupName) ?? [];
  const mode = request.AlgorithmSpecification?.TrainingInputMode ?? 'File';
  return [
    ...repeated(names, (index) => `InputDataConfig[${index}].ChannelName`, 'channel'),
    ...channels.flatMap((channel, index) =>
      checkChannel(channel, {
        path: pathTo('InputDataConfig', index),
        mode: channel.InputMode ?? mode,
        groups,
        isLocal,
      }),
    ),
  ];
}

interface ChannelContext {
  readonly path: string;
  readonly mode: string;
  readonly groups: readonly string[];
  readonly isLocal: boolean;
}

function checkChannel(channel: Channel, { path, mode, groups, isLocal }: ChannelContext): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (member: string, message: string, fix: string) =>
    problems.push({ path: `${path}.${member}`, message, fix });
  const sources = Object.keys(channel.DataSource).filter((kind) =>
    isObject(channel.DataSource[kind as 'S3DataSource']),
  );
  const source = channel.DataSource.S3DataSource;
  if (sources.length !== 1) {
    add('DataSource', `expected exactly one data source, got ${sources.length}`, 'Give S3DataSource.');
    return problems;
  }
  if (source === undefined) {
    if (mode !== 'File') add('InputMode', `${sources[0]} can be read in File mode only`, 'Set it to File.');
    if (isLocal)
      add('DataSource', `${sources[0]} cannot be had on this machine`, 'Give S3DataSource with a local path.');
    return problems;
  }
  const type = source.S3DataType;
  if (mode !== 'Pipe' && (channel.CompressionType ?? 'None') !== 'None') {
    add(
      'CompressionType',
      `"${channel.CompressionType}" is undone in Pipe mode only (C43)`,
      'Leave it out, or use Pipe.',
    );
  }
  if (mode !== 'Pipe' && (channel.RecordWrapperType ?? 'None') !== 'None') {
    add(
      'RecordWrapperType',
      `"${channel.RecordWrapperType}" is for Pipe mode only (C43)`,
      'Leave it out, or use Pipe.',
    );
  }
  if (type === 'Converse') {
    add('DataSource.S3DataSource.S3DataType', '"Converse" is for serverless jobs only', 'Use S3Prefix.');
  }
  if (type === 'AugmentedManifestFile' && mode !== 'Pipe') {
    add(
      'DataSource.S3DataSource.S3DataType',
      'an augmented manifest is read in Pipe mode only (C44)',
      'Set InputMode to Pipe.',
    );
  }
  if (type === 'AugmentedManifestFile' && source.AttributeNames === undefined) {
    add('DataSource.S3DataSource.AttributeNames', 'an augmented manifest needs AttributeNames (C44)', 'Name 1 to 16.');
  }
  if (type !== 'AugmentedManifestFile' && source.AttributeNames !== undefined) {
    add(
      'DataSource.S3DataSource.AttributeNames',
      'AttributeNames are for an AugmentedManifestFile only',
      'Leave them out.',
    );
  }
  if (mode === 'FastFile' && type !== 'S3Prefix') {
    add('DataSource.S3DataSource.S3DataType', 'FastFile takes S3Prefix only (C44)', 'Set InputMode to File.');
  }
  for (const [index, name] of (source.InstanceGroupNames ?? []).entries()) {
    if (groups.includes(name)) continue;
    const known = groups.length === 0 ? 'the job has no instance groups' : `the job has ${groups.join(', ')}`;
    add(
      `DataSource.S3DataSource.InstanceGroupNames[${index}]`,
      `there is no instance group "${name}": ${known}`,
      'Name one.',
    );
  }
  return problems;
}

function repeated(names: readonly string[], pathOf: (index: number) => string, what: string): readonly Problem[] {
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    return [
      { path: pathOf(index), message: `the ${what} "${name}" is there twice`, fix: 'Give each a name of its own.' },
    ];
  });
}

function localPathProblem(path: string, value: string): Problem {
  return {
    path,
    message: `"${value}" lies on this machine, where the platform cannot reach it`,
    fix: 'Give an image.',
  };
}
