import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forEachAtOnce } from '../../../concurrency/for-each-at-once.ts';
import { withScope } from '../../../concurrency/scope.ts';
import { isDiskFull, isOptmlError, OptmlError, systemErrorCode } from '../../../errors/error.ts';
import { readLocation } from '../channel-location.ts';
import type { ChannelObject } from '../objects/channel-object.ts';
import type { Sources } from '../objects/sources.ts';
import { channelError, type PlannedChannel } from '../planned-channel.ts';

const AT_ONCE = 16;

/** What is put into a folder, and how that is watched. */
export interface Placing {
  readonly channel: PlannedChannel;
  readonly sources: Sources;
  /** Told how many bytes more have been downloaded. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Makes the folder `dir` with these objects and nothing else: files of this machine as hard links (hosts see the folder
 * read-only), or as copies where there can be none; objects in S3 are downloaded. Without objects it is empty.
 *
 * @throws OptmlError CHANNEL_INVALID when an object has no place there, or two have the same.
 */
export async function writeObjects(objects: readonly ChannelObject[], dir: string, placing: Placing): Promise<void> {
  const { channel, sources } = placing;
  await mkdir(dir, { recursive: true });
  const unique = uniquePaths(objects, channel);
  for (const folder of new Set(unique.map(({ name }) => dirname(name)))) {
    await mkdir(join(dir, folder), { recursive: true }).catch((error: unknown) => {
      throw explain(error, folder, channel);
    });
  }
  await withScope(sources.signal, async (scope) => {
    await forEachAtOnce(unique, AT_ONCE, scope, async (object) => {
      await writeObject(object, join(dir, object.name), placing, scope.signal).catch((error: unknown) => {
        throw explain(error, object.name, channel);
      });
    });
  });
}

async function writeObject(
  object: ChannelObject,
  file: string,
  { channel, sources, onBytes }: Placing,
  signal: AbortSignal,
): Promise<void> {
  const location = readLocation(object.location, channel);
  if ('s3' in location) await (await sources.storage()).downloadObject(location.s3, file, { signal, onBytes });
  else await linkOrCopy(location.path, file);
}

async function linkOrCopy(source: string, file: string): Promise<void> {
  // What a link leads to, since a hard link would be one of the link itself.
  const real = await realpath(source);
  if (await tryLink(real, file)) return;
  await copyFile(real, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

/** Makes `file` another name of `source`; false where the file systems, or who owns it, forbid that. */
export async function tryLink(source: string, file: string): Promise<boolean> {
  try {
    await link(source, file);
    return true;
  } catch (error) {
    if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}

function uniquePaths(objects: readonly ChannelObject[], channel: PlannedChannel): readonly ChannelObject[] {
  const byName = new Map<string, ChannelObject>();
  for (const object of objects) {
    if (object.refused !== undefined) {
      throw channelError(channel, `the object ${object.location} ${object.refused}`, 'Rename it, or leave it out.');
    }
    const other = byName.get(object.name);
    if (other !== undefined && other.location !== object.location) {
      const fix = 'Give a prefix that ends in a slash, or names that differ.';
      const what = `${other.location} and ${object.location} would both be the file ${object.name}`;
      throw channelError(channel, what, fix);
    }
    byName.set(object.name, object);
  }
  return [...byName.values()];
}

function explain(error: unknown, name: string, channel: PlannedChannel): unknown {
  const code = systemErrorCode(error);
  if (isOptmlError(error) || code === undefined) return error;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
    const message = `${name} would be both a file and a folder`;
    return channelError(channel, message, 'Rename one of the two, or leave it out.', error);
  }
  const message = `channel "${channel.name}": cannot make ${name}: ${(error as Error).message}`;
  const fix = isDiskFull(error) ? 'Free some space, or set OPTML_HOME to another disk.' : 'Make the file readable.';
  return new OptmlError('DISK_WRITE_FAILED', message, { where: channel.where, fix, cause: error });
}
