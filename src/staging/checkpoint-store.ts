import { existsSync, promises } from 'node:fs';
import { dirname, join } from 'node:path';
import { locationBelow, parseLocation, type S3Location } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { isOptmlError, systemErrorCode } from '../errors/error.ts';
import { makeWhole } from '../files/make-whole.ts';
import { syncToDisk } from '../files/sync-to-disk.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { writtenBelow } from './delivery/written-files.ts';
import type { StagedJob } from './staged-job.ts';

/** Where the checkpoints of a job are kept between its runs: `CheckpointConfig.S3Uri`. */
export interface CheckpointStore {
  /** Fills the folder `dir` with what is kept. Aborting the signal gives up. */
  restore(dir: string, signal: AbortSignal): Promise<void>;
  /** Keeps `file` under a path of the checkpoint folder: whole, or as it was before. Aborting the signal gives up. */
  save(file: string, path: string, signal: AbortSignal): Promise<void>;
  remove(path: string): Promise<void>;
  /** When each file was written, in milliseconds since 1970, by its path. */
  written(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
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

/** A folder of this machine; files there appear whole. */
export function folderStore(folder: string): CheckpointStore {
  return {
    restore: async (dir) => {
      const isWhole = (path: string) => !path.includes(PARTIAL_MARK);
      if (existsSync(folder)) await promises.cp(folder, dir, { recursive: true, filter: isWhole });
    },
    save: async (file, path, signal) => {
      const target = join(folder, path);
      await promises.mkdir(dirname(target), { recursive: true });
      const copy = async (partial: string) => {
        await promises.copyFile(file, partial, promises.constants.COPYFILE_EXCL);
        await syncToDisk(partial);
      };
      await makeWhole(target, copy, { signal, isNameDurable: true });
    },
    remove: async (path) => {
      await promises.rm(join(folder, path), { force: true });
      await removeEmptyFolders(dirname(path), folder);
    },
    written: (signal) => writtenBelow(folder, signal),
  };
}

/** A prefix in S3. */
export function s3Store(prefix: S3Location, openStorage: () => Promise<ObjectStorage>): CheckpointStore {
  const at = (path: string) => locationBelow(prefix, path);
  return {
    restore: async (dir, signal) => {
      const storage = await openStorage();
      try {
        await storage.downloadPrefix(at(''), dir, { signal });
      } catch (error) {
        // No checkpoint yet.
        if (!isOptmlError(error) || error.code !== 'S3_NOT_FOUND') throw error;
        await storage.checkBucket(prefix.bucket);
      }
    },
    save: async (file, path, signal) => void (await (await openStorage()).uploadFile(file, at(path), { signal })),
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

// S3 has no folders, so an empty one is not kept either.
async function removeEmptyFolders(path: string, root: string): Promise<void> {
  for (let below = path; below !== '.'; below = dirname(below)) {
    try {
      await promises.rmdir(join(root, below));
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemErrorCode(error) ?? '')) return;
      throw error;
    }
  }
}
