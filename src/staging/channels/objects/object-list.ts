import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow } from '../../../job-tree/open-below.ts';
import { writeFileBelow } from '../../../job-tree/text-files.ts';
import { readLocation } from '../channel-location.ts';
import type { PlannedChannel } from '../planned-channel.ts';
import type { ChannelObject } from './channel-object.ts';

/** Opens a host's `input/data`, which is made if it is missing. The caller closes it. @throws System errors. */
export function openInputData(hostDirs: ReadonlyMap<string, string>, host: string): JobFolder {
  const folder = JobFolder.open(hostDir(hostDirs, host));
  try {
    return ensureBelow(folder, RELATIVE_PATHS.inputDataDir);
  } finally {
    folder.close();
  }
}

function hostDir(hostDirs: ReadonlyMap<string, string>, host: string): string {
  const dir = hostDirs.get(host);
  if (dir === undefined) throw new Error(`the host ${host} has no folder`);
  return dir;
}

/**
 * Writes `input/data/CHANNEL-manifest` on the channel's hosts: the key prefix, then the URI of each object, also of those that
 * another host holds (contract section 2). File channels from S3 have one; a local folder is not listed for it.
 */
export function writeObjectList(
  channel: PlannedChannel,
  objects: readonly ChannelObject[],
  hostDirs: ReadonlyMap<string, string>,
): void {
  const prefix = keyPrefix(channel, objects[0]);
  if (channel.mode !== 'File' || prefix === undefined) return;
  const text = `${[prefix, ...objects.map(({ location }) => location)].join('\n')}\n`;
  for (const host of channel.hosts) {
    const folder = openInputData(hostDirs, host);
    try {
      writeFileBelow(folder, `${channel.name}-manifest`, text);
    } finally {
      folder.close();
    }
  }
}

function keyPrefix(channel: PlannedChannel, first: ChannelObject | undefined): string | undefined {
  if (first === undefined) return undefined;
  const location = readLocation(first.location, channel);
  if ('path' in location) return undefined;
  const source = readLocation(channel.uri, channel);
  if (channel.dataType === 'S3Prefix' && 's3' in source) return source.s3.key;
  // Of a manifest: what stands before each of its entries.
  return location.s3.key.slice(0, location.s3.key.length - first.name.length);
}
