import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileState, type FolderFiles, listFiles } from '../artifacts/folder-files.ts';
import { systemErrorCode } from '../errors/error.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** Checkpoints of all hosts, kept while training runs (contract C54). */
export interface CheckpointSync {
  /**
   * Ends the polling, and brings the store to the state of the folders. One warning names the files that could not be read
   * or kept. Resolves with whether all are kept. Never throws: a finished training stays finished.
   */
  finish(): Promise<boolean>;
}

/** How checkpoints are kept. */
export interface CheckpointSyncOptions {
  readonly warn: (message: string) => void;
  /** Aborting it gives up: files that are not kept yet are not kept. */
  readonly signal: AbortSignal;
  /** Between two polls, in milliseconds. By default a second. */
  readonly pollMs?: number;
}

/** Restores the checkpoints to every host's folder: at the start of the job and of every attempt. */
export async function restoreCheckpoints(
  dirs: readonly string[],
  store: CheckpointStore,
  signal: AbortSignal,
): Promise<void> {
  for (const dir of dirs) {
    mkdirSync(dir, { recursive: true });
    await store.restore(dir, signal);
  }
}

/**
 * Keeps the files of the hosts' checkpoint folders in the store, as they are, deletions too. A file that is being written is
 * kept when it has stayed the same between two polls. Resolves when the files that are there already, which were restored,
 * are known: the hosts may start then.
 */
export async function syncCheckpoints(
  dirs: readonly string[],
  store: CheckpointStore,
  options: CheckpointSyncOptions,
): Promise<CheckpointSync> {
  const { warn, signal, pollMs = 1000 } = options;
  const uploaders: CheckpointUploader[] = [];
  for (const dir of dirs) uploaders.push(new CheckpointUploader(dir, store, signal, await list(dir)));
  const ending = new AbortController();
  const polling = poll(uploaders, pollMs, AbortSignal.any([ending.signal, signal]));
  return {
    finish: async () => {
      ending.abort();
      const problems: string[] = [];
      try {
        await polling;
        for (const uploader of uploaders) problems.push(...(await uploader.pass(true)));
      } catch (error) {
        problems.push((error as Error).message);
      }
      if (signal.aborted) warn('The last checkpoints may be missing: the job was ended at once');
      else if (problems.length > 0) warn(`Checkpoints that could not be kept: ${problems.join('; ')}`);
      return !signal.aborted && problems.length === 0;
    },
  };
}

async function poll(uploaders: readonly CheckpointUploader[], pollMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    // Problems may pass: the last pass reports those that are left.
    for (const uploader of uploaders) if (!signal.aborted) await uploader.pass(false);
  }
}

/** Keeps the changes of one host: an older file of the same path that another host still has changes nothing. */
class CheckpointUploader {
  readonly #dir: string;
  readonly #store: CheckpointStore;
  readonly #signal: AbortSignal;
  /** Path → state that is kept. */
  readonly #kept: Map<string, string>;
  #seen: ReadonlyMap<string, FileState>;

  /** `restored`: what the store has already. */
  constructor(dir: string, store: CheckpointStore, signal: AbortSignal, restored: FolderFiles) {
    this.#dir = dir;
    this.#store = store;
    this.#signal = signal;
    this.#kept = new Map([...restored.files].map(([path, { stamp }]) => [path, stamp]));
    this.#seen = restored.files;
  }

  /** Keeps the changes that are stable, or with `isLast` all. Returns the problems: paths, each with its reason. */
  async pass(isLast: boolean): Promise<readonly string[]> {
    const { files, problems } = await list(this.#dir);
    const lost = [...problems].map(([path, reason]) => `${path} (${reason})`);
    const attempt = async (what: string, action: () => Promise<void>) => {
      if (this.#signal.aborted) return;
      await action().catch((error: unknown) => {
        lost.push(`${what} (${systemErrorCode(error) ?? (error as Error).message})`);
      });
    };
    for (const [path, { stamp }] of files) {
      const isStable = isLast || this.#seen.get(path)?.stamp === stamp;
      if (isStable && this.#kept.get(path) !== stamp) await attempt(path, () => this.#save(path, stamp));
    }
    this.#seen = files;
    for (const path of [...this.#kept.keys()]) {
      const isDeleted = !files.has(path) && !isHidden(path, problems);
      if (isDeleted) await attempt(`deletion of ${path}`, () => this.#remove(path));
    }
    return lost;
  }

  async #save(path: string, stamp: string): Promise<void> {
    await this.#store.save(join(this.#dir, path), path, this.#signal);
    this.#kept.set(path, stamp);
  }

  async #remove(path: string): Promise<void> {
    await this.#store.remove(path);
    this.#kept.delete(path);
  }
}

// A link may lead to any file of this machine.
function list(dir: string): Promise<FolderFiles> {
  return listFiles(dir, { followsLinks: false });
}

/** Whether the file at `path`, or a folder above it, cannot be read at present: it may still be there. */
function isHidden(path: string, problems: FolderFiles['problems']): boolean {
  if (problems.size === 0) return false;
  if (problems.has(path) || problems.has('/')) return true;
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (problems.has(path.slice(0, end + 1))) return true;
  }
  return false;
}
