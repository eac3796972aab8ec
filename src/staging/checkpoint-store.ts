import { existsSync, promises, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locationBelow, type S3Location } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { isOptmlError } from '../errors/error.ts';
import { makeWhole } from '../files/make-whole.ts';
import { syncToDisk } from '../files/sync-to-disk.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';

/** Where the checkpoints of a job are kept between its runs: `CheckpointConfig.S3Uri`. */
export interface CheckpointStore {
  /** Fills the folder `dir` with what is kept. Aborting the signal gives up. */
  restore(dir: string, signal: AbortSignal): Promise<void>;
  /** Keeps `file` under a path of the checkpoint folder: whole, or as it was before. */
  save(file: string, path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A folder of this machine; files there appear whole. */
export function folderStore(folder: string): CheckpointStore {
  return {
    restore: async (dir) => {
      const isWhole = (path: string) => !path.includes(PARTIAL_MARK);
      if (existsSync(folder)) await promises.cp(folder, dir, { recursive: true, filter: isWhole });
    },
    save: async (file, path) => {
      const target = join(folder, path);
      await promises.mkdir(dirname(target), { recursive: true });
      const copy = async (partial: string) => {
        await promises.copyFile(file, partial, promises.constants.COPYFILE_EXCL);
        await syncToDisk(partial);
      };
      await makeWhole(target, copy, { isNameDurable: true });
    },
    remove: async (path) => {
      rmSync(join(folder, path), { force: true });
      removeEmptyFolders(dirname(path), folder);
    },
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
    save: async (file, path) => void (await (await openStorage()).uploadFile(file, at(path))),
    remove: async (path) => (await openStorage()).deleteObject(at(path)),
  };
}

// S3 has no folders, so an empty one is not kept either.
function removeEmptyFolders(path: string, root: string): void {
  if (path === '.' || path === '') return;
  const dir = join(root, path);
  if (!existsSync(dir) || readdirSync(dir).length > 0) return;
  rmSync(dir, { recursive: true });
  removeEmptyFolders(dirname(path), root);
}
