import { stat } from 'node:fs/promises';
import { forEachAtOnce } from '../../../concurrency/for-each-at-once.ts';
import { withScope } from '../../../concurrency/scope.ts';
import { readInput } from '../../../job-tree/input/input-file.ts';
import { type Location, locationText, readLocation } from '../channel-location.ts';
import { MOST_MANIFEST_BYTES, parseManifest } from '../parse-manifest.ts';
import { channelError, type PlannedChannel } from '../planned-channel.ts';
import { type ChannelObject, objectBelow } from './channel-object.ts';
import type { Sources } from './sources.ts';

const AT_ONCE = 16;
/** How many missing objects a message names. */
const MOST_NAMED = 10;

/**
 * The objects that a manifest names, in its order (contract C44): `[{"prefix": P}, "a", "b"]` are `Pa` and `Pb`. All of
 * them exist.
 *
 * @throws OptmlError CHANNEL_INVALID naming what is wrong with it, or the objects that are missing.
 */
export async function readManifest(channel: PlannedChannel, sources: Sources): Promise<readonly ChannelObject[]> {
  const file = await sources.localManifest(channel);
  const baseDir = sources.baseDir(channel);
  const { prefix, entries } = parseManifest(readInput(file, MOST_MANIFEST_BYTES), (why, fix, cause) =>
    channelError(channel, `the manifest ${channel.uri} ${why}`, fix, cause),
  );
  // The prefix may be a URI with escapes; the entries are names as they are.
  const start = locationText(readLocation(prefix, channel, baseDir));
  const objects = entries.map((entry) => objectBelow(`${start}${entry}`, entry, { prefix: '' }));
  const missing: string[] = [];
  const found: ChannelObject[] = [];
  await withScope(sources.signal, async (scope) => {
    await forEachAtOnce(objects.entries(), AT_ONCE, scope, async ([index, object]) => {
      const location = readLocation(object.location, channel);
      const bytes = await bytesOf(location, sources);
      if (bytes === undefined) missing.push(object.location);
      else found[index] = 's3' in location ? { ...object, bytes } : object;
    });
  });
  if (missing.length > 0) throw missingObjects(channel, missing);
  return found;
}

/** Size of what is at a place, in bytes; undefined where no file or object is. */
export async function bytesOf(location: Location, sources: Sources): Promise<number | undefined> {
  if ('s3' in location) return (await sources.storage()).objectBytes(location.s3, { signal: sources.signal });
  const stats = await stat(location.path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}

function missingObjects(channel: PlannedChannel, missing: string[]): Error {
  const named = missing.sort().slice(0, MOST_NAMED).join(', ');
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  const what = missing.length === 1 ? 'an object that does' : `${missing.length} objects that do`;
  return channelError(
    channel,
    `the manifest ${channel.uri} names ${what} not exist: ${named}${more}`,
    'Correct the prefix or the names, or leave them out.',
  );
}
