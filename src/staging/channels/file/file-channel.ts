import { mkdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { S3Location } from '../../../contract/location.ts';
import type { Mount } from '../../../engines/engine.ts';
import { assignedItems } from '../assignment.ts';
import type { ChannelContext } from '../channel-context.ts';
import { readLocation } from '../channel-location.ts';
import type { ChannelObject } from '../objects/channel-object.ts';
import { selectObjects } from '../objects/select-objects.ts';
import type { Sources } from '../objects/sources.ts';
import { channelTarget, noObjects, type PlannedChannel } from '../planned-channel.ts';
import { hasFile, lookAtPrefix } from './local-files.ts';
import { tryLink, writeObjects } from './write-objects.ts';

/** What a File or FastFile channel is made of, known before anything is downloaded. */
export type FileData =
  /** A folder of the user's, seen as it is: it is not listed, however many files it has. */
  | { readonly kind: 'folder'; readonly dir: string }
  | { readonly kind: 'file'; readonly file: string }
  /** All of a prefix in S3. */
  | { readonly kind: 'download'; readonly location: S3Location; readonly objects: readonly ChannelObject[] }
  /** These objects, for all hosts or dealt over them. */
  | { readonly kind: 'selection'; readonly objects: readonly ChannelObject[] };

/** Finds out what a channel is made of. @throws OptmlError CHANNEL_INVALID when nothing is there; those of the storage. */
export async function findFileData(channel: PlannedChannel, sources: Sources): Promise<FileData> {
  const location = readLocation(channel.uri, channel);
  if (channel.dataType === 'S3Prefix' && !channel.isSharded && 'path' in location) {
    const prefix = await lookAtPrefix(location.path);
    if (prefix.kind === 'folder') {
      if (!(await hasFile(prefix.dir))) throw noObjects(channel);
      return prefix;
    }
    if (prefix.kind === 'file') return prefix;
  }
  const objects = await selectObjects(channel, sources);
  if (channel.dataType === 'S3Prefix' && !channel.isSharded && 's3' in location) {
    return { kind: 'download', location: location.s3, objects };
  }
  return { kind: 'selection', objects };
}

/** Brings a channel's data here and says what each of its hosts mounts: host → mounts. */
export async function prepareFileChannel(
  channel: PlannedChannel,
  data: FileData,
  { sources, context }: { readonly sources: Sources; readonly context: ChannelContext },
): Promise<ReadonlyMap<string, readonly Mount[]>> {
  if (data.kind === 'folder') return mountForAll(channel, data.dir);
  if (data.kind === 'file') return mountFile(channel, data.file, sources);
  const all = sources.folder(channel, 'all');
  const onBytes = countBytes(channel, data.objects, context);
  if (data.kind === 'download') {
    const storage = await sources.storage();
    await storage.downloadPrefix(data.location, all, { signal: sources.signal, onBytes });
    return mountForAll(channel, all);
  }
  if (!channel.isSharded) {
    await writeObjects(data.objects, all, { channel, sources, onBytes });
    return mountForAll(channel, all);
  }
  const mounts = new Map<string, readonly Mount[]>();
  for (const [index, host] of channel.hosts.entries()) {
    const dir = sources.folder(channel, host);
    const assignment = { count: data.objects.length, hosts: channel.hosts.length, host: index };
    const shard = Array.from(assignedItems(assignment), (item) => data.objects[item] as ChannelObject);
    await writeObjects(shard, dir, { channel, sources, onBytes });
    mounts.set(host, [mountOf(channel, dir)]);
  }
  return mounts;
}

/** A folder with nothing but the file. Never the folder that it is in, which may hold anything. */
async function mountFile(
  channel: PlannedChannel,
  file: string,
  sources: Sources,
): Promise<ReadonlyMap<string, readonly Mount[]>> {
  const dir = sources.folder(channel, 'all');
  await mkdir(dir, { recursive: true });
  const source = await realpath(file);
  if (await tryLink(source, join(dir, basename(file)))) return mountForAll(channel, dir);
  // On another file system: mounted by itself, however large it is, into a folder of the host, which the engine makes.
  const target = join(channelTarget(channel), basename(file));
  return new Map(channel.hosts.map((host) => [host, [{ source, target, isReadOnly: true }]]));
}

function mountForAll(channel: PlannedChannel, dir: string): ReadonlyMap<string, readonly Mount[]> {
  return new Map(channel.hosts.map((host) => [host, [mountOf(channel, dir)]]));
}

function mountOf(channel: PlannedChannel, source: string): Mount {
  return { source, target: channelTarget(channel), isReadOnly: true };
}

function countBytes(
  channel: PlannedChannel,
  objects: readonly ChannelObject[],
  { onProgress }: ChannelContext,
): (bytes: number) => void {
  const totalBytes = objects.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  let doneBytes = 0;
  return (bytes) => {
    doneBytes += bytes;
    onProgress({ what: `channel "${channel.name}"`, doneBytes, totalBytes });
  };
}
