import { cpSync, existsSync, mkdirSync, promises, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locationBelow, type S3Location } from '../contract/location.ts';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { isOptmlError } from '../errors/error.ts';
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
      if (existsSync(folder)) cpSync(folder, dir, { recursive: true, filter: (path) => !path.includes(PARTIAL_MARK) });
    },
    save: async (file, path) => {
      const target = join(folder, path);
      const partial = `${target}${PARTIAL_MARK}${process.pid}`;
      mkdirSync(dirname(target), { recursive: true });
      try {
        await promises.copyFile(file, partial);
        await promises.rename(partial, target);
      } finally {
        await promises.rm(partial, { force: true });
      }
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
