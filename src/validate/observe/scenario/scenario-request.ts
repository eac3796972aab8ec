import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_CHANNELS } from '../../../contract/channels.ts';
import { imageText } from '../../../engines/job-image.ts';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow } from '../../../job-tree/open-below.ts';
import { rawName } from '../../../job-tree/raw-name.ts';
import { putText } from '../../../job-tree/text-files.ts';
import type { Channel, TrainingJobRequest } from '../../../request/request.ts';
import { MOST_HYPERPARAMETERS } from '../../../request/training-job.ts';
import type { ValidationContext } from '../validation-context.ts';
import type { Scenario } from './scenario.ts';

/** The channel of a job without a description: a small table, label first. */
const OWN_CHANNEL = { training: { 'data.csv': 'a,1,2\nb,3,4\na,5,6\nb,7,8\n' } };

/** The folder of a scenario, open, and its path. */
export interface ScenarioFolder {
  readonly folder: JobFolder;
  readonly dir: string;
}

/** The request of a scenario: the user's, changed. Channels of our own are made in its folder. */
export function scenarioRequest(
  context: ValidationContext,
  scenario: Scenario,
  place: ScenarioFolder,
): TrainingJobRequest {
  const { request } = context;
  const { InstanceType = 'ml.m5.xlarge' } = request?.ResourceConfig ?? {};
  const { AlgorithmName: _, ...algorithm } = request?.AlgorithmSpecification ?? { TrainingInputMode: 'File' as const };
  const checkpoints = scenario.checkpoints !== undefined || request?.CheckpointConfig !== undefined;
  const { LocalPath } = request?.CheckpointConfig ?? {};
  const channels = channelsOf(request, scenario, place);
  const { InputDataConfig: _channels, ...others } = request ?? {};
  return {
    ...others,
    TrainingJobName: `validate-${scenario.id}`,
    AlgorithmSpecification: { ...algorithm, TrainingImage: imageText(context.image) },
    HyperParameters: upToLimit({ ...request?.HyperParameters, ...variantOf(context, scenario), ...textsOf(scenario) }),
    Environment: { ...request?.Environment, ...scenario.environment },
    // The API takes no empty list.
    ...(channels.length > 0 && { InputDataConfig: channels }),
    OutputDataConfig: { S3OutputPath: 's3://optml-validate/output' },
    ResourceConfig: { InstanceType, InstanceCount: scenario.hosts ?? 1, VolumeSizeInGB: 30 },
    EnableNetworkIsolation: scenario.isIsolated ?? request?.EnableNetworkIsolation ?? false,
    ...(checkpoints && {
      CheckpointConfig: { S3Uri: 's3://optml-validate/checkpoints', ...(LocalPath !== undefined && { LocalPath }) },
    }),
  };
}

/** Whether a scenario's hyperparameters are all that a request can hold. The others are added to the file. */
export function oddHyperparameters({ hyperparameters = {} }: Scenario): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(hyperparameters).filter(([, value]) => typeof value !== 'string'));
}

// The API takes no more; the job's own come first.
function upToLimit(hyperparameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(hyperparameters).slice(0, MOST_HYPERPARAMETERS));
}

function textsOf({ hyperparameters = {} }: Scenario): Readonly<Record<string, string>> {
  const texts = Object.entries(hyperparameters).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function variantOf({ failing, long }: ValidationContext, { variant }: Scenario): Readonly<Record<string, string>> {
  return (variant === 'failing' ? failing : variant === 'long' ? long : undefined) ?? {};
}

function channelsOf(
  request: TrainingJobRequest | undefined,
  scenario: Scenario,
  place: ScenarioFolder,
): readonly Channel[] {
  const { areAbsent = false, more = {} } = scenario.channels ?? {};
  const own =
    request === undefined ? makeChannels(OWN_CHANNEL, place) : (request.InputDataConfig ?? []).map(withoutGroups);
  const kept = areAbsent ? own.filter(({ ChannelName }) => isSourceChannel(ChannelName)) : own;
  return [...kept, ...makeChannels(more, place)];
}

/** Whether a channel brings the program rather than its data: those of a job of the newer SDK (contract C27). */
export function isSourceChannel(name: string): boolean {
  return name === SOURCE_CHANNELS.drivers || name === SOURCE_CHANNELS.code;
}

// All hosts are of one group here.
function withoutGroups(channel: Channel): Channel {
  const { S3DataSource: source } = channel.DataSource;
  if (source?.InstanceGroupNames === undefined) return channel;
  const { InstanceGroupNames: _, ...rest } = source;
  return { ...channel, DataSource: { ...channel.DataSource, S3DataSource: rest } };
}

function makeChannels(
  channels: Readonly<Record<string, Readonly<Record<string, string>>>>,
  { folder, dir }: ScenarioFolder,
): readonly Channel[] {
  return Object.entries(channels).map(([name, files]) => {
    const path = `own-channels/${name}`;
    const channel = ensureBelow(folder, path);
    for (const [file, text] of Object.entries(files)) putText(channel, rawName(file), text);
    channel.close();
    return {
      ChannelName: name,
      ContentType: 'text/csv',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: pathToFileURL(join(dir, path)).href } },
    };
  });
}
