import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../errors/error.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** Checkpoints of all hosts, kept while training runs (contract C54). */
export interface CheckpointSync {
  /** Ends the watching, and brings what is kept to the state of the folders. Names what could not be kept in a warning. */
  finish(): Promise<void>;
}

const POLL_MS = 1000;

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
 * Keeps the files of the hosts' checkpoint folders in their place, as they are, deletions too. A file that is being written
 * is kept when it has stayed the same for a second. Never throws: a finished training stays finished.
 */
export function syncCheckpoints(
  dirs: readonly string[],
  store: CheckpointStore,
  warn: (message: string) => void,
): CheckpointSync {
  const uploaders = dirs.map((dir) => new CheckpointUploader(dir, store));
  const ending = new AbortController();
  const watching = watch(uploaders, ending.signal);
  return {
    finish: async () => {
      ending.abort();
      await watching;
      const lost: string[] = [];
      for (const uploader of uploaders) lost.push(...(await uploader.pass(true)));
      if (lost.length > 0) warn(`Checkpoints that could not be kept: ${lost.join('; ')}`);
    },
  };
}

async function watch(uploaders: readonly CheckpointUploader[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    for (const uploader of uploaders) if (!signal.aborted) await uploader.pass(false);
  }
}

/** What tells a file's state from another: size, times, and which file it is. */
type FileState = string;

/** Keeps what one host changes: that another host still has an older file of the same path changes nothing. */
class CheckpointUploader {
  readonly #dir: string;
  readonly #store: CheckpointStore;
  /** Path → state of what is kept. What was restored is found there at first. */
  readonly #kept: Map<string, FileState>;
  #seen = new Map<string, FileState>();

  constructor(dir: string, store: CheckpointStore) {
    this.#dir = dir;
    this.#store = store;
    this.#kept = new Map([...this.#look()].map(([path, { state }]) => [path, state]));
  }

  /** Keeps what has changed and is stable, or with `isLast` all that has changed. Returns what could not be kept, and why. */
  async pass(isLast: boolean): Promise<readonly string[]> {
    const lost: string[] = [];
    const found = this.#look();
    for (const [path, { file, state }] of found) {
      const isStable = isLast || this.#seen.get(path) === state;
      if (!isStable || this.#kept.get(path) === state) continue;
      try {
        await this.#store.save(file, path);
        this.#kept.set(path, state);
      } catch (error) {
        lost.push(`${path} (${systemErrorCode(error) ?? (error as Error).message})`);
      }
    }
    this.#seen = new Map([...found].map(([path, { state }]) => [path, state]));
    for (const path of [...this.#kept.keys()].filter((known) => !found.has(known))) {
      try {
        await this.#store.remove(path);
        this.#kept.delete(path);
      } catch (error) {
        lost.push(`deletion of ${path} (${(error as Error).message})`);
      }
    }
    return lost;
  }

  #look(): Map<string, { readonly file: string; readonly state: FileState }> {
    const found = new Map<string, { file: string; state: FileState }>();
    for (const path of filesBelow(this.#dir, '')) {
      const file = join(this.#dir, path);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats?.isFile())
        found.set(path, { file, state: `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` });
    }
    return found;
  }
}

function* filesBelow(dir: string, below: string): Generator<string> {
  let entries: ReturnType<typeof listFolder>;
  try {
    entries = listFolder(join(dir, below));
  } catch {
    // It vanished meanwhile, or cannot be read before the engine has made it ours.
    return;
  }
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(dir, path);
    else if (entry.isFile()) yield path;
  }
}

function listFolder(dir: string) {
  return readdirSync(dir, { withFileTypes: true });
}
