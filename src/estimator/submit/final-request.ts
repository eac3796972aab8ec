import { posix } from 'node:path';
import { SOURCE_CHANNELS } from '../../contract/channels.ts';
import { channelPath, DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { decodedText } from '../request/decoded-text.ts';
import { isInS3 } from '../request/locations.ts';
import { usageError } from '../request/usage-error.ts';

// Of CreateTrainingJob (InputDataConfig).
const MOST_CHANNELS = 20;

/**
 * The request as SageMaker gets it, once its source is in S3: the address is JSON, as in the Python SDK. A host without a
 * network cannot download its source, so an isolated job gets it as a channel.
 *
 * @throws OptmlError USAGE if such a job has a channel of that name, or no room for another one.
 */
export function finalRequest(request: TrainingJobRequest): TrainingJobRequest {
  const { submitDirectory } = TOOLKIT_HYPERPARAMETERS;
  const { HyperParameters: hyperparameters = {}, InputDataConfig: channels = [] } = request;
  const source = decodedText(hyperparameters[submitDirectory] ?? '');
  if (source === '') return request;
  const withSource = (location: string): TrainingJobRequest => ({
    ...request,
    HyperParameters: { ...hyperparameters, [submitDirectory]: JSON.stringify(location) },
  });
  if (request.EnableNetworkIsolation !== true || !isInS3(source)) return withSource(source);
  const name = SOURCE_CHANNELS.code;
  if (channels.some(({ ChannelName }) => ChannelName === name)) {
    throw usageError(`an isolated job gets its source as the channel "${name}"`, 'inputs', 'Use another name.');
  }
  if (channels.length >= MOST_CHANNELS) {
    const fix = `Use ${MOST_CHANNELS - 1} channels, or a job with a network.`;
    throw usageError(
      `an isolated job gets its source as a channel, and has ${channels.length} channels`,
      'inputs',
      fix,
    );
  }
  const channel = {
    ChannelName: name,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri: source, S3DataDistributionType: 'FullyReplicated' },
    },
  } as const;
  return {
    ...withSource(posix.join(DEFAULT_BASE_DIR, channelPath(name), posix.basename(source))),
    InputDataConfig: [...channels, channel],
  };
}
