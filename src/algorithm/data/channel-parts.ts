import type { DataChannel, DataPart } from './channel.ts';
import { channelFiles } from './channel-files.ts';
import { fileContent } from './file-content.ts';

/** What a channel delivers in an epoch (from 0): its files, or what its FIFO contains. */
export async function* channelParts(
  channel: DataChannel,
  _epoch: number,
  _signal: AbortSignal | undefined,
): AsyncGenerator<DataPart> {
  for (const { name, path } of channelFiles(channel)) yield { name, path, content: () => fileContent(path, name) };
}
