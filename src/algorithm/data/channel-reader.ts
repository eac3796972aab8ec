import type { Batch } from './batch.ts';
import type { DataChannel } from './channel.ts';
import { type DataContentType, parseContentType } from './content-type.ts';
import { DataError } from './data-error.ts';
import { openFormat } from './readers.ts';
import type { ReaderOptions } from './row-parser.ts';
import { channelParts } from './source/channel-parts.ts';

/** Options of {@link channelReader}. */
export interface ChannelReaderOptions extends ReaderOptions {
  /** The content type of a channel that has none. AWS's XGBoost takes `text/libsvm`; without one, that is an error. */
  readonly defaultContentType?: string | undefined;
  /** Whether an epoch may have no rows, as for a host without a shard. By default that is an error. */
  readonly mayBeEmpty?: boolean | undefined;
  /** Pipe mode: how long to wait until the FIFO of an epoch exists; 5 minutes by default. */
  readonly waitMs?: number | undefined;
  /** Ends an epoch with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads a channel epoch by epoch. */
export interface ChannelReader {
  readonly contentType: DataContentType;
  /**
   * The batches of the next epoch, all files in order. Memory does not depend on the size of the channel. A loop that is left
   * early closes all files; in Pipe mode that ends the epoch. One epoch at a time.
   *
   * @throws DataError for data that breaks a rule; the batches before it have been returned.
   */
  epoch(): AsyncGenerator<Batch, void, undefined>;
}

/**
 * Opens a reader of a channel's data in its content type, in File, FastFile or Pipe mode.
 *
 * @throws DataError content-type; RangeError for an option that cannot be used.
 * @example
 * ```ts
 * import { channelReader } from 'optml/algorithm';
 *
 * const channel = { name: 'train', dir: './train', inputMode: 'File', contentType: 'text/csv' } as const;
 * const reader = channelReader(channel, { batchRows: 1000 });
 * for (let epoch = 0; epoch < 10; epoch++) {
 *   for await (const batch of reader.epoch()) console.log(batch.rows, batch.labels);
 * }
 * ```
 */
export function channelReader(channel: DataChannel, options: ChannelReaderOptions = {}): ChannelReader {
  checkOptions(options);
  const text = channel.contentType ?? options.defaultContentType;
  if (text === undefined) {
    throw new DataError('content-type', `channel ${channel.name} has no content type`, {
      fix: 'Set ContentType of the channel, such as text/csv;label_size=1.',
    });
  }
  const contentType = parseContentType(text, channel.name);
  const merged = { ...options, labelSize: contentType.labelSize ?? options.labelSize };
  let epochs = 0;
  return { contentType, epoch: () => readEpoch(channel, contentType, merged, epochs++) };
}

function checkOptions({ batchRows = 1, labelSize = 0, columns = 1, delimiter = ',' }: ChannelReaderOptions): void {
  const isCount = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  if (!isCount(batchRows, 1) || !isCount(labelSize, 0) || !isCount(columns, 1)) {
    throw new RangeError(
      'Expected `batchRows` and `columns` to be positive integers, and `labelSize` not to be negative',
    );
  }
  if (delimiter === 'detect' || /^[^0-9.+"\r\n-]$/.test(delimiter)) return;
  throw new RangeError('Expected `delimiter` to be one character, or "detect"');
}

async function* readEpoch(
  channel: DataChannel,
  contentType: DataContentType,
  options: ChannelReaderOptions,
  epoch: number,
): AsyncGenerator<Batch, void, undefined> {
  const reader = await openFormat(contentType, channel, options);
  let rows = 0;
  for await (const part of channelParts(channel, epoch, options)) {
    for await (const batch of reader.read(part)) {
      rows += batch.rows;
      yield batch;
    }
  }
  const rest = reader.rest();
  if (rest !== undefined) yield rest;
  else if (rows === 0 && options.mayBeEmpty !== true) {
    throw new DataError('channel-empty', `channel ${channel.name} contains no rows`, {
      file: channel.dir,
      fix: 'Put at least one row into its files. Names that start with a dot or an underscore are not read.',
    });
  }
}
