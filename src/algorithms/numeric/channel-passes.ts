import type { TrainingChannel } from '../../algorithm/channel.ts';
import { ClientError } from '../../algorithm/client-error.ts';
import { toDense } from '../../algorithm/data/batch.ts';
import { channelReader } from '../../algorithm/data/channel-reader.ts';
import type { OpenPass, RowBlock } from './row-source.ts';

/** What is expected of a channel's rows. */
export interface ChannelRows {
  /** Features of each row; undefined: as many as the first row has. */
  readonly dim: number | undefined;
  /** Labels that the algorithm needs. */
  readonly labelSize: 0 | 1;
  /** What is wrong with a label, or undefined. */
  readonly checkLabel?: (label: number) => string | undefined;
}

/** Opens pass after pass over a channel. In Pipe mode each pass is an epoch of the FIFO. */
export function channelPasses(
  channel: TrainingChannel,
  { dim: givenDim, labelSize, checkLabel }: ChannelRows,
): OpenPass {
  const { type, parameters } = channel.contentType;
  const given = parameters['label_size'];
  const isText = type.startsWith('text/');
  const ownLabelSize = typeof given === 'number' ? given : labelSize;
  if (ownLabelSize < labelSize || ownLabelSize > 1) throw wrongLabelSize(channel, ownLabelSize, labelSize);
  // Records have their own labels, which an algorithm without labels ignores.
  const reader = channelReader(
    { ...channel, contentType: isText ? `${type};label_size=${ownLabelSize}` : type },
    { columns: givenDim, labelSize: labelSize === 0 ? undefined : labelSize },
  );
  let dim = givenDim;
  return async function* () {
    let before = 0;
    for await (const batch of reader.epoch()) {
      dim ??= batch.columns;
      const { values, labels, rows } = toDense(batch, dim);
      // Readers give 32 bits unless they are asked for 64.
      const block = { rows, dim, features: values as Float32Array, labels };
      if (checkLabel !== undefined) checkLabels(channel, block, before, checkLabel);
      before += rows;
      yield block;
    }
  };
}

function checkLabels(
  channel: TrainingChannel,
  { labels, rows }: RowBlock,
  before: number,
  check: (label: number) => string | undefined,
): void {
  for (let row = 0; row < rows; row++) {
    const problem = check(labels[row] as number);
    if (problem === undefined) continue;
    throw new ClientError(`the label of a row is ${labels[row]}, ${problem}`, {
      where: `channel ${channel.name}, row ${before + row + 1}`,
      fix: 'Correct the label, or the hyperparameters predictor_type and num_classes.',
    });
  }
}

function wrongLabelSize(channel: TrainingChannel, given: number, expected: number): ClientError {
  return new ClientError(`the content type of a channel has label_size=${given}, and the algorithm takes ${expected}`, {
    where: `channel ${channel.name}`,
    fix: `Set the content type to ${channel.contentType.type};label_size=${expected}.`,
  });
}
