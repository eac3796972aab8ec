import { closeSync, fchmodSync, fstatSync, fsync, promises } from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { locationBelow, parseLocation, type S3Location } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { isOptmlError, systemErrorCode } from '../errors/error.ts';
import { partialPath } from '../files/partial-path.ts';
import { copyContent } from '../job-tree/copy/copy-content.ts';
import { copyTree } from '../job-tree/copy/copy-tree.ts';
import { JobFolder, SAFE_MODE } from '../job-tree/job-folder.ts';
import { ensureBelow, openBelow } from '../job-tree/open-below.ts';
import { quoteName, type RawName, rawName, readable } from '../job-tree/raw-name.ts';
import type { TreeEntry } from '../job-tree/walk-tree.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { type OpenFile, uploadOpenFile } from '../storage/upload-open-file.ts';
import { shortList } from './delivery/gather-outputs.ts';
import { writtenBelow } from './delivery/written-files.ts';
import type { StagedJob } from './staged-job.ts';

const syncLater = promisify(fsync);

/** Where the checkpoints of a job are kept between its runs: `CheckpointConfig.S3Uri`. */
export interface CheckpointStore {
  /** Fills a folder, which is empty and which no job can reach, with what is kept. Aborting the signal gives up. */
  restore(into: JobFolder, options: RestoreOptions): Promise<void>;
  /** Keeps an open file under a path of the checkpoint folder: whole, or as it was before. Aborting the signal gives up. */
  save(file: OpenFile, path: string, signal: AbortSignal): Promise<void>;
  remove(path: string): Promise<void>;
  /** When each file was written, in milliseconds since 1970, by its path. */
  written(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
}

/** How checkpoints are restored. */
export interface RestoreOptions {
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

/** Where the checkpoints of a job are kept; undefined for a job without any. */
export function checkpointStore({
  request,
  openStorage,
}: Pick<StagedJob, 'request' | 'openStorage'>): CheckpointStore | undefined {
  const uri = request.CheckpointConfig?.S3Uri;
  if (uri === undefined) return undefined;
  const parsed = parseLocation(uri);
  return 's3' in parsed ? s3Store(parsed.s3, openStorage) : folderStore(uri);
}

/** A folder of this machine, which may be a link of the user's; files there appear whole. Links in it are not followed. */
export function folderStore(folder: string): CheckpointStore {
  return {
    restore: async (into, options) => {
      const store = openIfAny(folder);
      if (store === undefined) return;
      const { mode } = into.stats;
      const links: RawName[] = [];
      try {
        await copyTree(store, into, {
          ...options,
          isDurable: false,
          isLeftOut: (entry) => isNoCheckpoint(entry, links),
        });
      } finally {
        store.close();
      }
      // Of the folder of a host, not of the store.
      into.setMode(mode);
      if (links.length > 0) options.warn(`Links in ${folder} are not restored: ${shortList(links.map(quoteName))}`);
    },
    save: async (file, path, signal) => {
      await promises.mkdir(folder, { recursive: true });
      await inFolderOf(path, folder, ensureBelow, (parent) =>
        saveWhole(file, parent, { name: basename(path), signal }),
      );
    },
    remove: (path) => removeKept(folder, path),
    written: async () => {
      const store = openIfAny(folder);
      return store === undefined ? new Map() : writtenBelow(store).finally(() => store.close());
    },
  };
}

function openIfAny(folder: string): JobFolder | undefined {
  try {
    return JobFolder.openFollowing(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isNoCheckpoint({ name, path, stats }: TreeEntry, links: RawName[]): boolean {
  if (name.includes(PARTIAL_MARK)) return true;
  if (stats.isSymbolicLink()) links.push(path);
  return stats.isSymbolicLink();
}

async function inFolderOf(
  path: string,
  folder: string,
  open: (root: JobFolder, path: string) => JobFolder,
  action: (parent: JobFolder) => void | Promise<void>,
): Promise<void> {
  const root = JobFolder.openFollowing(folder);
  try {
    const parent = dirname(path) === '.' ? root : open(root, dirname(path));
    try {
      await action(parent);
    } finally {
      if (parent !== root) parent.close();
    }
  } finally {
    root.close();
  }
}

async function saveWhole(
  { descriptor }: OpenFile,
  folder: JobFolder,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const partial = rawName(basename(partialPath(name)));
  const copy = folder.createFile(partial, 0o600);
  try {
    await copyContent(descriptor, copy, signal);
    fchmodSync(copy, fstatSync(descriptor).mode & SAFE_MODE);
    await syncLater(copy);
    signal.throwIfAborted();
    folder.moveTo(partial, folder, rawName(name));
  } catch (error) {
    attempt(() => folder.removeFile(partial));
    throw error;
  } finally {
    closeSync(copy);
  }
  // The file is there. Some file systems cannot sync a folder.
  await syncLater(folder.descriptor).catch(() => undefined);
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The first error is the one to report.
  }
}

/** A prefix in S3. */
export function s3Store(prefix: S3Location, openStorage: () => Promise<ObjectStorage>): CheckpointStore {
  const at = (path: string) => locationBelow(prefix, path);
  return {
    restore: async (into, { signal }) => {
      const storage = await openStorage();
      try {
        await storage.downloadPrefix(at(''), readable(into.path), { signal });
      } catch (error) {
        // No checkpoint yet.
        if (!isOptmlError(error) || error.code !== 'S3_NOT_FOUND') throw error;
        await storage.checkBucket(prefix.bucket);
      }
    },
    save: async (file, path, signal) => void (await uploadOpenFile(await openStorage(), file, at(path), { signal })),
    remove: async (path) => (await openStorage()).deleteObject(at(path)),
    written: async (signal) => {
      const written = new Map<string, number>();
      const { key: start } = at('');
      for await (const { key, writtenMs } of (await openStorage()).listObjects(at(''), { signal })) {
        written.set(key.slice(start.length), writtenMs);
      }
      return written;
    },
  };
}

// S3 has no folders, so a folder that becomes empty is not kept either.
async function removeKept(folder: string, path: string): Promise<void> {
  try {
    await inFolderOf(path, folder, openBelow, (parent) => parent.removeFile(rawName(basename(path))));
    for (let below = dirname(path); below !== '.'; below = dirname(below)) {
      await inFolderOf(below, folder, openBelow, (parent) => parent.removeFolder(rawName(basename(below))));
    }
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}
