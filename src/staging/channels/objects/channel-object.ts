import { basename } from 'node:path';
import { pathOfKey } from '../../../storage/object-names.ts';

/** One object of a channel: a file of this machine or an object in S3. */
export interface ChannelObject {
  /** Absolute path, or `s3://` URI. */
  readonly location: string;
  /** Size in bytes where it is known from a listing: of objects in S3. */
  readonly bytes: number | undefined;
  /** Path below the channel's folder in File mode: relative, with slashes. */
  readonly name: string;
  /** Why it has no place in a folder; Pipe mode does not mind. */
  readonly refused?: string;
}

/** The object with that key below a prefix, named by what follows the prefix (contract C44). */
export function objectBelow(
  location: string,
  key: string,
  { prefix, bytes }: { readonly prefix: string; readonly bytes?: number },
): ChannelObject {
  const below = pathOfKey(key, prefix);
  if ('refused' in below) return { location, bytes, name: basename(key), refused: below.refused };
  return { location, bytes, name: below.path };
}
