import { join } from 'node:path';
import { channelPath, DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import { isOptmlError, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { UnusableInput } from '../../job-tree/input/input-file.ts';
import { pathTo } from '../../request/problem.ts';
import type { Channel, InputMode, S3DataSource, TrainingJobRequest } from '../../request/request.ts';
import type { PlannedHost } from '../host-plan.ts';

/** A channel of a request with all that is left out filled in. */
export interface PlannedChannel {
  readonly name: string;
  /** Place in `InputDataConfig`, from 0. */
  readonly index: number;
  /** JSON path of its S3DataSource, for messages. */
  readonly where: string;
  readonly uri: string;
  readonly dataType: S3DataSource['S3DataType'];
  readonly mode: InputMode;
  /** Dealt over the hosts instead of given to all (contract C45). */
  readonly isSharded: boolean;
  /** Names of the hosts that have the channel, in the order of their numbers. */
  readonly hosts: readonly string[];
  readonly contentType: string | undefined;
  readonly isGzip: boolean;
  readonly isRecordIo: boolean;
  readonly attributeNames: readonly string[];
  readonly shuffleSeed: number | undefined;
}

/**
 * The channels of a checked request for its hosts. A channel's own input mode wins (contract C44), and instance groups
 * limit it to their hosts (C45).
 *
 * @throws OptmlError CHANNEL_INVALID for a channel whose data is unavailable here.
 */
export function planChannels(request: TrainingJobRequest, hosts: readonly PlannedHost[]): readonly PlannedChannel[] {
  const mode = request.AlgorithmSpecification?.TrainingInputMode ?? 'File';
  return (request.InputDataConfig ?? []).map((channel, index) => planChannel(channel, index, mode, hosts));
}

function planChannel(
  channel: Channel,
  index: number,
  jobMode: InputMode,
  hosts: readonly PlannedHost[],
): PlannedChannel {
  const where = `${pathTo('InputDataConfig', index)}.DataSource.S3DataSource`;
  const source = channel.DataSource.S3DataSource;
  if (source === undefined) {
    const fix = 'Give S3DataSource with an S3 URI or a local path.';
    throw new OptmlError('CHANNEL_INVALID', `channel "${channel.ChannelName}" has no S3DataSource`, { where, fix });
  }
  // The API's pattern lets these two pass, and they would be mounted over other folders.
  if (channel.ChannelName === '.' || channel.ChannelName === '..') {
    const message = `channel "${channel.ChannelName}" cannot be a folder's name`;
    throw new OptmlError('CHANNEL_INVALID', message, { where, fix: 'Give the channel another name.' });
  }
  const groups = source.InstanceGroupNames;
  return {
    name: channel.ChannelName,
    index,
    where,
    uri: source.S3Uri,
    dataType: source.S3DataType,
    mode: channel.InputMode ?? jobMode,
    isSharded: source.S3DataDistributionType === 'ShardedByS3Key',
    hosts: hosts.filter(({ group }) => groups === undefined || groups.includes(group)).map(({ name }) => name),
    contentType: channel.ContentType,
    isGzip: channel.CompressionType === 'Gzip',
    isRecordIo: channel.RecordWrapperType === 'RecordIO',
    attributeNames: source.AttributeNames ?? [],
    shuffleSeed: channel.ShuffleConfig?.Seed,
  };
}

/** Where hosts see the channel's folder (contract section 2). */
export function channelTarget({ name }: PlannedChannel): string {
  return join(DEFAULT_BASE_DIR, channelPath(name));
}

/** An error about a channel's data: what is wrong follows the channel's name. */
export function channelError(channel: PlannedChannel, message: string, fix: string, cause?: unknown): OptmlError {
  const details = { where: channel.where, fix, cause };
  return new OptmlError('CHANNEL_INVALID', `channel "${channel.name}": ${message}`, details);
}

/** The error for a file of the channel's own location, such as a manifest; other errors than those of reading as they are. */
export function cannotRead(channel: PlannedChannel, error: unknown): unknown {
  if (error instanceof UnusableInput) {
    return channelError(channel, `${channel.uri} cannot be read: ${error.message}`, error.fix, error);
  }
  if (isOptmlError(error) || systemErrorCode(error) === undefined) return error;
  return channelError(channel, `cannot be read: ${(error as Error).message}`, 'Check the place.', error);
}

/** The error for a place where nothing is, in the API's words (contract C44). */
export function noObjects(channel: PlannedChannel): OptmlError {
  return channelError(
    channel,
    `No S3 objects found under S3 URL "${channel.uri}" given in input data source.`,
    channel.uri.startsWith('/')
      ? 'Check the path on this machine: there must be at least one file.'
      : 'Check the place: there must be at least one file, and names are case-sensitive.',
  );
}
