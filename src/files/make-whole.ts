import { lstatSync, promises } from 'node:fs';
import { dirname } from 'node:path';
import { partialPath } from './partial-path.ts';
import { syncToDisk } from './sync-to-disk.ts';

/** How a file or folder is made. */
export interface MakeWholeOptions {
  /** Aborted by the time it is made: it is removed instead, and the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Whether its name survives a power cut: the folder is synced after the rename. The content is `make`'s to sync. */
  readonly isNameDurable: boolean;
}

/**
 * Makes a file or a folder that is there whole or not at all. `make` creates it under a name beside `path` (a file with the
 * flag `wx`, so that no other file or link is written to), syncs it if it must survive a power cut (see
 * `WholeFileOptions.isDurable`), and closes it; then it is renamed. A file that is there is replaced; of folders only an
 * empty one is. On failure nothing is left behind.
 *
 * @throws whatever `make` throws; the system's error; the signal's reason.
 */
export async function makeWhole<Result>(
  path: string,
  make: (partial: string) => Promise<Result>,
  { signal, isNameDurable }: MakeWholeOptions,
): Promise<Result> {
  const partial = partialPath(path);
  let result: Result;
  try {
    result = await make(partial);
    signal?.throwIfAborted();
    refuseLink(partial);
    await promises.rename(partial, path);
  } catch (error) {
    // A file system that broke cannot be tidied up: its first error is the one to report.
    await promises.rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  if (isNameDurable) await syncToDisk(dirname(path));
  return result;
}

// A job that watches the folder may have put one in the place of what was made.
function refuseLink(partial: string): void {
  if (!lstatSync(partial).isSymbolicLink()) return;
  throw Object.assign(new Error(`ELOOP: it was replaced by a link, '${partial}'`), { code: 'ELOOP', path: partial });
}
