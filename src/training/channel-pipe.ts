import { OptmlError } from '../errors/error.ts';
import type { PipeOptions } from './pipe/fifo-content.ts';
import { trainingEnvironment } from './script-environment.ts';

/** Options of {@link channelPipe}. */
export interface ChannelPipeOptions extends PipeOptions {
  /** How long to wait until the platform has made the pipe of the epoch; 300,000 ms by default. */
  readonly waitMs?: number | undefined;
  /** Ends the epoch with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a channel in Pipe mode, epoch by epoch from 0: `for await (const chunk of channelPipe('training', epoch))`. It
 * waits until the pipe of the epoch is there, and ends with the epoch. A loop that is left early ends the epoch.
 *
 * In File and FastFile mode, and by hand, each epoch consists of the channel's files, one after the other by name: a script
 * reads all modes in one way.
 *
 * @throws OptmlError CHANNEL_INVALID if the pipe does not appear in time, or the channel cannot be read; USAGE for an epoch that
 * is not a whole number; Error naming the channels that there are.
 * @example
 * ```ts
 * import { createInterface } from 'node:readline';
 * import { Readable } from 'node:stream';
 * import { channelPipe } from 'optml';
 *
 * for (let epoch = 0; epoch < 2; epoch++) {
 *   let rows = 0;
 *   const lines = createInterface({ input: Readable.from(channelPipe('training', epoch)) });
 *   for await (const line of lines) if (line !== 'x,y') rows++;
 *   console.log(`epoch ${epoch}: ${rows} rows`);
 * }
 * ```
 */
export async function* channelPipe(
  channel: string,
  epoch: number,
  options: ChannelPipeOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  if (!Number.isSafeInteger(epoch) || epoch < 0) {
    const fix = 'Count epochs from 0.';
    throw new OptmlError('USAGE', `channel ${channel} has no epoch ${epoch}`, { where: 'channelPipe', fix });
  }
  const dir = trainingEnvironment().channelDir(channel);
  const inputMode = inputModeOf(channel, process.env['SM_INPUT_DATA_CONFIG']);
  const { channelContent } = await import('#training/pipe/channel-content');
  yield* channelContent({ name: channel, dir, inputMode }, epoch, options);
}

function inputModeOf(channel: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const channels = JSON.parse(text) as Readonly<Record<string, { readonly TrainingInputMode?: string }>>;
  return Object.hasOwn(channels, channel) ? channels[channel]?.TrainingInputMode : undefined;
}
