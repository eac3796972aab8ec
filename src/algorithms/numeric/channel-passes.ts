import type { TrainingChannel } from '../../algorithm/channel.ts';
import { ClientError } from '../../algorithm/client-error.ts';
import { channelReader } from '../../algorithm/data/channel-reader.ts';
import { checkMemory } from './check-memory.ts';
import { denseBlocks } from './dense-blocks.ts';
import type { OpenPass } from './row-source.ts';

/** What is expected of a channel's rows. */
export interface ChannelRows {
  /** Features of each row; undefined: as many as the first row has. */
  readonly dim: number | undefined;
  /** Labels that the algorithm needs. */
  readonly labelSize: 0 | 1;
  /** What is wrong with a label, or undefined. */
  readonly checkLabel?: (label: number) => string | undefined;
  /** Ends a pass that waits for data. */
  readonly signal?: AbortSignal;
}

/**
 * Opens pass after pass over a channel. In Pipe mode each pass is an epoch of the FIFO. A stop of the job ends the first pass
 * with the reason of the signal, and later ones early: there is a model by then.
 */
export function channelPasses(
  channel: TrainingChannel,
  { dim: givenDim, labelSize, checkLabel, signal }: ChannelRows,
): OpenPass {
  const { type, parameters } = channel.contentType;
  const given = parameters['label_size'];
  const isText = type.startsWith('text/');
  const ownLabelSize = typeof given === 'number' ? given : labelSize;
  if (ownLabelSize < labelSize || ownLabelSize > 1) throw wrongLabelSize(channel, ownLabelSize, labelSize);
  // Records have their own labels, which an algorithm without labels ignores.
  const reader = channelReader(
    { ...channel, contentType: isText ? `${type};label_size=${ownLabelSize}` : type },
    { columns: givenDim, labelSize: labelSize === 0 ? undefined : labelSize, checkLabel, signal },
  );
  let dim = givenDim;
  let passes = 0;
  return async function* () {
    const isFirst = passes++ === 0;
    for await (const batch of endingEarly(reader.epoch(), isFirst ? undefined : signal)) {
      dim ??= batch.columns;
      if (batch.columns > dim) throw tooManyFeatures(channel, batch.columns, dim);
      // A row and its copy in the memory of the training rows.
      const bytes = 2 * dim * Float32Array.BYTES_PER_ELEMENT;
      checkMemory({ bytes, dim, fix: 'Use fewer features: the algorithm fills in the zeros of sparse rows.' });
      yield* denseBlocks(batch, dim);
    }
  };
}

async function* endingEarly<Item>(items: AsyncIterable<Item>, signal: AbortSignal | undefined): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
  }
}

function tooManyFeatures(channel: TrainingChannel, columns: number, dim: number): ClientError {
  return new ClientError(`a row has ${columns} features, and the rows before have ${dim}`, {
    where: `channel ${channel.name}`,
    fix: 'Set the hyperparameter feature_dim, or the shape of the sparse records, to the number of all features.',
  });
}

function wrongLabelSize(channel: TrainingChannel, given: number, expected: number): ClientError {
  return new ClientError(`the content type of a channel has label_size=${given}, and the algorithm takes ${expected}`, {
    where: `channel ${channel.name}`,
    fix: `Set the content type to ${channel.contentType.type};label_size=${expected}.`,
  });
}
