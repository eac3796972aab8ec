import { s3Uri } from '../../../contract/location.ts';
import { readLocation } from '../channel-location.ts';
import { listLocal, lookAtPrefix } from '../file/local-files.ts';
import { channelError, noObjects, type PlannedChannel } from '../planned-channel.ts';
import { type ChannelObject, objectBelow } from './channel-object.ts';
import { readManifest } from './manifest.ts';
import type { Sources } from './sources.ts';

/**
 * All objects of a channel: those of a prefix in the order of their keys, those of a manifest in its own (contract C44).
 *
 * @throws OptmlError CHANNEL_INVALID when there are none, or what is there does not do; those of the storage.
 */
export async function selectObjects(channel: PlannedChannel, sources: Sources): Promise<readonly ChannelObject[]> {
  if (channel.dataType === 'ManifestFile') return readManifest(channel, sources);
  const location = readLocation(channel.uri, channel);
  if ('s3' in location) return selectFromS3(channel, sources, location.s3);
  const prefix = await lookAtPrefix(location.path);
  const objects = await listLocal(prefix, sources.signal);
  if (objects.length === 0) throw noObjects(channel);
  if (prefix.kind === 'partial') refuseInFastFile(channel);
  return objects;
}

async function selectFromS3(
  channel: PlannedChannel,
  sources: Sources,
  location: { readonly bucket: string; readonly key: string },
): Promise<readonly ChannelObject[]> {
  const { bucket, key: prefix } = location;
  const storage = await sources.storage();
  const objects: ChannelObject[] = [];
  for await (const { key, bytes } of storage.listObjects(location, { signal: sources.signal })) {
    if (key.endsWith('/')) continue;
    if (endsInsideName(prefix, key)) refuseInFastFile(channel);
    objects.push(objectBelow(s3Uri({ bucket, key }), key, { prefix, bytes }));
  }
  if (objects.length === 0) throw noObjects(channel);
  return objects;
}

function endsInsideName(prefix: string, key: string): boolean {
  const follows = key.slice(prefix.length);
  return prefix !== '' && !prefix.endsWith('/') && follows !== '' && !follows.startsWith('/');
}

function refuseInFastFile(channel: PlannedChannel): void {
  if (channel.mode !== 'FastFile') return;
  throw channelError(
    channel,
    `ClientError: Data download failed: partial S3 prefix is not supported: "${channel.uri}" ends inside a name`,
    'End it with a slash after a folder, or set InputMode to File.',
  );
}
