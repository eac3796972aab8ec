import { basename } from 'node:path';
import type { PipeOptions } from '../../../training/pipe/fifo-content.ts';
import type { DataChannel, DataPart } from '../channel.ts';
import { channelFiles } from './channel-files.ts';
import { fileContent } from './file-content.ts';
import { pipeContent } from './pipe-content.ts';
import { wrappedObjects } from './wrapped-objects.ts';

/** What a channel delivers in an epoch (from 0): its files, what comes through its FIFO, or the objects that are wrapped in it. */
export async function* channelParts(
  channel: DataChannel,
  epoch: number,
  options: PipeOptions,
): AsyncGenerator<DataPart> {
  if (channel.inputMode !== 'Pipe') {
    for (const { name, path } of channelFiles(channel)) yield { name, path, content: () => fileContent(path, name) };
    return;
  }
  const name = `${basename(channel.dir)}_${epoch}`;
  const content = pipeContent(channel, epoch, options);
  try {
    if (channel.recordWrapper === 'RecordIO') yield* wrappedObjects(content, name);
    else yield { name, content: () => content };
  } finally {
    await content.return(undefined);
  }
}
