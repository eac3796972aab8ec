import { isAbsolute, join } from 'node:path';
import { parseLocation, type S3Location, s3Uri } from '../../contract/location.ts';
import { channelError, type PlannedChannel } from './planned-channel.ts';

/** Where data lies: on this machine (absolute path) or in S3. */
export type Location = { readonly path: string } | { readonly s3: S3Location };

/**
 * Reads a place: an absolute path, a `file://` or an `s3://` URI; where there is a `baseDir`, also a path relative to it.
 *
 * @throws OptmlError CHANNEL_INVALID for anything else.
 */
export function readLocation(text: string, channel: PlannedChannel, baseDir?: string): Location {
  const location = parseLocation(text);
  if ('s3' in location) return location;
  if ('path' in location && isAbsolute(location.path)) return location;
  if ('path' in location && baseDir !== undefined && location.path !== '')
    return { path: join(baseDir, location.path) };
  const problem = 'problem' in location ? ` (${location.problem})` : '';
  throw channelError(
    channel,
    `"${text}" is no place to read from${problem}`,
    'Give an s3:// or file:// URI or a path.',
  );
}

/** The place as one text: a path as it is, or the `s3://` URI. */
export function locationText(location: Location): string {
  return 's3' in location ? s3Uri(location.s3) : location.path;
}
