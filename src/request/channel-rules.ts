import { isObject } from './is-json-object.ts';
import { type Problem, pathTo, repeatedNames } from './problem.ts';
import type { Channel, TrainingJobRequest } from './request.ts';

/** What the platform demands of a request's channels (contract section 7). */
export function checkChannels(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  const channels = request.InputDataConfig ?? [];
  const names = channels.map(({ ChannelName }) => ChannelName);
  const groups = request.ResourceConfig?.InstanceGroups?.map(({ InstanceGroupName }) => InstanceGroupName) ?? [];
  const mode = request.AlgorithmSpecification?.TrainingInputMode ?? 'File';
  return [
    ...repeatedNames(names, (index) => `InputDataConfig[${index}].ChannelName`, 'channel'),
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
  const { DataSource: dataSource = {} } = channel as Partial<Channel>;
  const sources = Object.keys(dataSource).filter((kind) => isObject(dataSource[kind as 'S3DataSource']));
  const source = dataSource.S3DataSource;
  if (sources.length !== 1) {
    add('DataSource', `expected exactly one data source, got ${sources.length}`, 'Give S3DataSource.');
    return problems;
  }
  if (source === undefined) {
    if (mode !== 'File') add('InputMode', `${sources[0]} can be read in File mode only`, 'Set it to File.');
    if (isLocal)
      add('DataSource', `${sources[0]} is not available on this machine`, 'Give S3DataSource with a local path.');
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
