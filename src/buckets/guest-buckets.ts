import { join } from 'node:path';
import { ownerNames } from './access/owner-names.ts';
import type { Bucket } from './buckets.ts';
import { MemoryBudget } from './content/memory-budget.ts';
import type { FileWriter } from './content/object-writer.ts';
import { findFolderBucket } from './folder/served-folders.ts';
import type { OpenedStore } from './opened-store.ts';
import { readBucketHead } from './store/bucket-folder.ts';
import { ObjectBucket } from './store/object-bucket.ts';

/** A bucket in the file system. */
export interface FileBucket extends Bucket {
  write(): Promise<FileWriter>;
}

/** Buckets of a data folder, for a process that does not serve them. */
export interface GuestBuckets {
  /** The bucket of this name; undefined if there is none in the data folder. @throws the system's error. */
  find(name: string): FileBucket | undefined;
}

/** A name that is a single component of a path, and none of optml's own files. */
const NAME = /^[a-z0-9][a-z0-9.-]+$/;

/**
 * The buckets in `dataDir` for a process that reads and writes objects while another one serves the buckets, or none does.
 * The process that serves them sees what is written here. Nothing is made if there is no such folder.
 */
export function guestBuckets(dataDir: string): GuestBuckets {
  const store: OpenedStore = { role: 'guest', isDurable: true, budget: new MemoryBudget(), newName: ownerNames() };
  const found = new Map<string, FileBucket>();
  const find = (name: string): FileBucket | undefined => {
    const folder = findFolderBucket(dataDir, name, store);
    if (folder !== undefined) return folder;
    const dir = join(dataDir, name);
    const head = readBucketHead(dir);
    return head && new ObjectBucket(name, dir, head, store);
  };
  return {
    find: (name) => {
      const bucket = found.get(name) ?? (NAME.test(name) ? find(name) : undefined);
      if (bucket !== undefined) found.set(name, bucket);
      return bucket;
    },
  };
}
