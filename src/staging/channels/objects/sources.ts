import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChannelContext } from '../channel-context.ts';
import { readLocation } from '../channel-location.ts';
import type { PlannedChannel } from '../planned-channel.ts';
import type { ChannelStorage } from './object-reader.ts';

/** Gives access to what channels are made of. */
export interface Sources {
  readonly signal: AbortSignal;
  /** The storage, opened at its first use. */
  storage(): Promise<ChannelStorage>;
  /** A folder of the channel's own, for one host or for `all`. */
  folder(channel: PlannedChannel, who: string): string;
  /** The manifest of a channel as a file here: an absolute path. */
  localManifest(channel: PlannedChannel): Promise<string>;
  /** What relative paths in a channel's manifest are relative to: its folder, or undefined when it is in S3. */
  baseDir(channel: PlannedChannel): string | undefined;
}

/** Opens the sources of a job's channels. */
export function openSources({ workDir, openStorage, signal }: ChannelContext): Sources {
  let opened: Promise<ChannelStorage> | undefined;
  const storage = () => {
    opened ??= openStorage();
    return opened;
  };
  // A number, not the channel's name: names may be longer than the file system likes together with others.
  const folder = (channel: PlannedChannel, who: string) => join(workDir, 'channels', String(channel.index), who);
  return {
    signal,
    storage,
    folder,
    localManifest: async (channel) => {
      const location = readLocation(channel.uri, channel);
      if ('path' in location) return location.path;
      const file = folder(channel, 'manifest');
      await mkdir(dirname(file), { recursive: true });
      await (await storage()).downloadObject(location.s3, file, { signal });
      return file;
    },
    baseDir: (channel) => {
      const location = readLocation(channel.uri, channel);
      return 'path' in location ? dirname(location.path) : undefined;
    },
  };
}
