import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../../errors/error.ts';
import type { DataChannel } from '../channel.ts';
import { DataError } from '../data-error.ts';

/**
 * The files of a channel by their paths below its folder, in the order of their bytes, as S3 lists them: the same on each
 * host and at each epoch. Names that start with a dot or an underscore are no data (`.DS_Store`, `_SUCCESS`). Links are
 * followed: channels may consist of them.
 *
 * @throws DataError channel-missing, channel-unreadable.
 */
export function channelFiles(channel: DataChannel): readonly { readonly name: string; readonly path: string }[] {
  if (stateOf(channel, channel.dir)?.isDirectory() !== true) return [{ name: channel.name, path: channel.dir }];
  const names = namesBelow(channel, '', new Set());
  // Bytes of UTF-8: texts in JavaScript compare by units of UTF-16.
  const keyed = names.map((name) => ({
    name: join(channel.name, name),
    path: join(channel.dir, name),
    key: Buffer.from(name),
  }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ name, path }) => ({ name, path }));
}

function namesBelow(channel: DataChannel, folder: string, seen: Set<string>): readonly string[] {
  const dir = join(channel.dir, folder);
  const { dev, ino } = attempt(channel, dir, () => statSync(dir, { bigint: true }));
  const identity = `${dev}:${ino}`;
  // Each folder once: links may form loops, or lead to the same folder by ever more ways.
  if (seen.has(identity)) return [];
  seen.add(identity);
  const entries = attempt(channel, dir, () => readdirSync(dir, { withFileTypes: true }));
  return entries.flatMap((entry) => {
    if (/^[._]/.test(entry.name)) return [];
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const isFolder =
      entry.isDirectory() || (entry.isSymbolicLink() && stateOf(channel, join(dir, entry.name))?.isDirectory());
    return isFolder === true ? namesBelow(channel, name, seen) : [name];
  });
}

function stateOf(channel: DataChannel, path: string) {
  return attempt(channel, path, () => statSync(path));
}

function attempt<T>(channel: DataChannel, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isMissing = systemErrorCode(error) === 'ENOENT';
    throw new DataError(
      isMissing ? 'channel-missing' : 'channel-unreadable',
      isMissing
        ? `channel ${channel.name} has no data`
        : `channel ${channel.name} cannot be read: ${(error as Error).message}`,
      {
        file: path,
        fix: isMissing ? `Add the channel ${channel.name} to InputDataConfig.` : 'Make the data readable.',
        cause: error,
      },
    );
  }
}
