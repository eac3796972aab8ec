import { mkdirSync, promises, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { claim } from './access/exclusive.ts';
import { ownerNames } from './access/owner-names.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { MemoryBudget } from './content/memory-budget.ts';
import { asWriteFailure } from './content/object-writer.ts';
import type { FolderBucket } from './folder/folder-bucket.ts';
import { forgetFolders, openFolderBucket } from './folder/served-folders.ts';
import type { OpenedStore } from './opened-store.ts';
import { makeBucketFolder, readBucketHead, removeLeftovers } from './store/bucket-folder.ts';
import { ObjectBucket } from './store/object-bucket.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How buckets are opened. */
export interface OpenBucketsOptions {
  /** The folder of all buckets' data, absolute. It is made if it is missing. */
  readonly dataDir: string;
  /** Folders of plain files that are served as buckets, absolute, by the buckets' names. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Region of the buckets in {@link folders}: us-east-1 by default. */
  readonly region?: string;
  /** Whether acknowledged writes survive a power cut, which takes some milliseconds each. By default they survive the end of the process. */
  readonly isDurable?: boolean;
  /** Days after which unfinished uploads are removed: 7 by default. */
  readonly uploadDays?: number;
}

/**
 * Opens the buckets of a data folder to serve them: one process at a time does. Removes what killed processes have left.
 *
 * @throws OptmlError DESTINATION_INVALID if another process serves them, or a folder cannot be used; DISK_WRITE_FAILED.
 */
export async function openBuckets(options: OpenBucketsOptions): Promise<Buckets> {
  const { dataDir, folders = {}, region = 'us-east-1', isDurable = false, uploadDays = 7 } = options;
  const newName = ownerNames();
  const store: OpenedStore = { role: 'owner', isDurable, budget: new MemoryBudget(), newName };
  const release = await asWriteFailure('*', dataDir, () => {
    makeDataDir(dataDir);
    return takeOver(dataDir, newName());
  });
  try {
    const buckets = new LocalBuckets(dataDir, store, uploadDays, release);
    forgetFolders(dataDir);
    for (const [name, dir] of Object.entries(folders))
      buckets.serve(openFolderBucket(dataDir, { name, dir, region }, store));
    await buckets.tidy();
    return buckets;
  } catch (error) {
    release();
    throw error;
  }
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (!['EEXIST', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) throw cause;
    throw new OptmlError('DESTINATION_INVALID', 'the path of the buckets is a file, or leads through one', {
      where: dataDir,
      fix: 'Pass the path of a folder, or of a new one.',
      cause,
    });
  }
}

function takeOver(dataDir: string, name: string): () => void {
  const claimed = claim(join(dataDir, '.owners'), name);
  if ('release' in claimed) return claimed.release;
  throw new OptmlError(
    'DESTINATION_INVALID',
    `process ${claimed.holder.pid} serves the buckets in this folder already`,
    {
      where: dataDir,
      fix: 'Use that endpoint, stop it, or pass another folder with --data.',
    },
  );
}

class LocalBuckets implements Buckets {
  readonly #dataDir: string;
  readonly #store: OpenedStore;
  readonly #uploadDays: number;
  readonly #release: () => void;
  readonly #buckets = new Map<string, ObjectBucket | FolderBucket>();
  readonly #timer: NodeJS.Timeout;

  constructor(dataDir: string, store: OpenedStore, uploadDays: number, release: () => void) {
    this.#dataDir = dataDir;
    this.#store = store;
    this.#uploadDays = uploadDays;
    this.#release = release;
    for (const name of readdirSync(dataDir)) {
      const head = name.startsWith('.') ? undefined : readBucketHead(join(dataDir, name));
      if (head !== undefined) this.#buckets.set(name, new ObjectBucket(name, join(dataDir, name), head, store));
    }
    this.#timer = setInterval(() => void this.#removeOldUploads().catch(() => undefined), DAY_MS);
    this.#timer.unref();
  }

  /** Adds a folder of files. @throws OptmlError SETTING_INVALID if there is a bucket of its name. */
  serve(bucket: FolderBucket): void {
    if (this.#buckets.has(bucket.name)) {
      throw new OptmlError('SETTING_INVALID', `there is a bucket named ${bucket.name} in the data folder already`, {
        where: join(this.#dataDir, bucket.name),
        fix: 'Give the folder another bucket name, or delete the bucket.',
      });
    }
    this.#buckets.set(bucket.name, bucket);
  }

  /** Removes what killed processes have left, and old uploads. */
  async tidy(): Promise<void> {
    removeLeftovers(this.#partialDir);
    for (const bucket of this.#buckets.values()) bucket.removeLeftovers();
    await this.#removeOldUploads();
  }

  list(): readonly Bucket[] {
    return [...this.#buckets.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  async create(name: string, region: string): Promise<Bucket> {
    const head = { region, createdAt: new Date() };
    const dir = join(this.#dataDir, name);
    const draft = join(this.#partialDir, this.#store.newName());
    const { isDurable } = this.#store;
    await asWriteFailure(name, dir, () => makeBucketFolder(dir, head, { draft, isDurable }));
    const bucket = new ObjectBucket(name, dir, head, this.#store);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  async remove(name: string): Promise<boolean> {
    const bucket = this.#buckets.get(name);
    // A folder of files belongs to the user.
    if (!(bucket instanceof ObjectBucket)) return false;
    const removed = join(this.#partialDir, this.#store.newName());
    const isEmpty = bucket.removeIfEmpty(() => {
      mkdirSync(this.#partialDir, { recursive: true, mode: 0o700 });
      renameSync(join(this.#dataDir, name), removed);
      this.#buckets.delete(name);
    });
    if (isEmpty) await promises.rm(removed, { recursive: true, force: true });
    return isEmpty;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#release();
  }

  async #removeOldUploads(): Promise<void> {
    const oldest = new Date(Date.now() - this.#uploadDays * DAY_MS);
    for (const bucket of this.#buckets.values()) await bucket.uploads.removeOlder(oldest);
  }

  get #partialDir(): string {
    return join(this.#dataDir, '.partial');
  }
}
