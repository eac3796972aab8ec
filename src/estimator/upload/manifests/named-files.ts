import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parseLocation } from '../../../contract/location.ts';
import { shownText } from '../../../job-tree/raw-name.ts';
import { type LocalFile, localFile } from '../local-tree.ts';
import { locationError } from '../upload-error.ts';
import type { LocalLocation } from '../uploader.ts';

/** How many missing files a message names. */
const MOST_NAMED = 10;

/**
 * The path of a file that a manifest names, which may be relative to the manifest's folder; undefined for one in S3.
 *
 * @throws OptmlError CHANNEL_INVALID for anything else.
 */
export function localPath(text: string, location: LocalLocation): string | undefined {
  const named = parseLocation(text);
  if ('s3' in named) return undefined;
  if ('path' in named && named.path !== '') {
    return isAbsolute(named.path) ? named.path : join(dirname(location.path), named.path);
  }
  const problem = 'problem' in named ? `: ${named.problem}` : '';
  throw locationError(
    location,
    `${location.path} names ${shownText(text)}, which is no file and no object${problem}`,
    'Give a path, or an s3:// or file:// URI.',
  );
}

/** A file that a manifest names, and its path below the tree that is uploaded. */
export interface NamedFile {
  readonly path: string;
  readonly file: string;
}

/** The states of named files. Links are followed: the manifest names them. @throws OptmlError CHANNEL_INVALID naming missing ones. */
export async function lookAtNamed(
  location: LocalLocation,
  named: Iterable<NamedFile>,
  signal: AbortSignal,
): Promise<readonly LocalFile[]> {
  const files: LocalFile[] = [];
  const missing: string[] = [];
  for (const { path, file } of named) {
    signal.throwIfAborted();
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile()) files.push(localFile(path, file, stats));
    else missing.push(file);
  }
  if (missing.length === 0) return files;
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  const what = missing.length === 1 ? 'a file that does' : `${missing.length} files that do`;
  throw locationError(
    location,
    `${location.path} names ${what} not exist: ${missing.sort().slice(0, MOST_NAMED).map(shownText).join(', ')}${more}`,
    'Correct the names, or leave them out.',
  );
}
