import { closeSync, fstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileState, type FolderFiles, fileState, listFilesIn } from '../artifacts/folder-files.ts';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import { systemErrorCode } from '../errors/error.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { openBelow, openFileBelow } from '../job-tree/open-below.ts';
import { quoteName, type RawName, rawName } from '../job-tree/raw-name.ts';
import { removeEntry } from '../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { CheckpointStore, RestoreOptions } from './checkpoint-store.ts';
import { shortList } from './delivery/gather-outputs.ts';
import { findHostFolder, leftOutWarning } from './delivery/left-out.ts';
import { mlPath } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';

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
  /** Receives, at the end, a sentence for each folder in whose place a job has put something else. It is not kept. */
  readonly onLeftOut?: (sentence: string) => void;
  /** Aborting it gives up: files that are not kept yet are not kept. */
  readonly signal: AbortSignal;
  /** Between two polls, in milliseconds. By default a second. */
  readonly pollMs?: number;
}

/** Where a host has its checkpoints. */
export interface CheckpointFolder {
  /** The host's `/opt/ml`, absolute, below the folder of the job. */
  readonly mlDir: string;
  /** The folder of the job, which no host can replace. */
  readonly workDir: string;
}

/**
 * Restores the checkpoints to the folder of every host, which has none: at the start of the job and of every attempt. They are
 * moved there when they are complete, so that nothing can get between them.
 */
export async function restoreCheckpoints(
  { dir, hosts }: Pick<StagedJob, 'dir' | 'hosts'>,
  store: CheckpointStore,
  options: RestoreOptions,
): Promise<void> {
  const root = JobFolder.open(dir);
  try {
    for (const { name } of hosts) {
      await removeEntry(root, WORK_NAMES.restored);
      const restored = root.createFolder(WORK_NAMES.restored);
      await store.restore(restored, options).finally(() => restored.close());
      const ml = openBelow(root, mlPath(name));
      try {
        root.moveTo(WORK_NAMES.restored, ml, rawName(RELATIVE_PATHS.checkpointDir));
      } finally {
        ml.close();
      }
    }
  } finally {
    root.close();
  }
}

/**
 * Keeps the files of the hosts' checkpoint folders in the store, as they are, deletions too. A file that is being written is
 * kept when it has stayed the same between two polls. Resolves when the files that are there already, which were restored,
 * are known: the hosts may start then.
 */
export async function syncCheckpoints(
  folders: readonly CheckpointFolder[],
  store: CheckpointStore,
  options: CheckpointSyncOptions,
): Promise<CheckpointSync> {
  const { warn, onLeftOut, signal, pollMs = 1000 } = options;
  const uploaders = folders.map((folder) => new CheckpointUploader(folder, store, signal));
  for (const uploader of uploaders) await uploader.begin();
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
      const links = uploaders.flatMap((uploader) => uploader.links);
      if (links.length > 0)
        warn(`Links among the checkpoints are not followed, and not kept: ${shortList(links.map(quoteName))}`);
      for (const { leftOut } of uploaders) {
        if (leftOut === undefined) continue;
        warn(leftOutWarning(leftOut));
        onLeftOut?.(leftOut);
      }
      if (signal.aborted) warn('The last checkpoints may be missing: a second stop ended their copy');
      else if (problems.length > 0) warn(`Checkpoints that could not be kept: ${shortList(problems, '; ')}`);
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
  readonly #folder: CheckpointFolder;
  readonly #store: CheckpointStore;
  readonly #signal: AbortSignal;
  /** Path → state that is kept. */
  readonly #kept = new Map<string, string>();
  #seen: ReadonlyMap<string, FileState> = new Map();
  /** Links that the last pass found. */
  links: readonly RawName[] = [];
  /** What the last pass found in the place of the folder. */
  leftOut: string | undefined;

  constructor(folder: CheckpointFolder, store: CheckpointStore, signal: AbortSignal) {
    this.#folder = folder;
    this.#store = store;
    this.#signal = signal;
  }

  /** Notes what the store has already: the files that were restored. */
  async begin(): Promise<void> {
    await this.#use(async (folder) => {
      const { files } = await this.#list(folder);
      for (const [path, { stamp }] of files) this.#kept.set(path, stamp);
      this.#seen = files;
    });
  }

  /** Keeps the changes that are stable, or with `isLast` all. Returns the problems: paths, each with its reason. */
  async pass(isLast: boolean): Promise<readonly string[]> {
    const lost: string[] = [];
    const attempt = async (what: string, action: () => Promise<void>) => {
      if (this.#signal.aborted) return;
      await action().catch((error: unknown) => {
        lost.push(`${what} (${systemErrorCode(error) ?? (error as Error).message})`);
      });
    };
    const keep = async (folder: JobFolder | undefined) => {
      const { files, problems } = await this.#list(folder);
      lost.push(...[...problems].map(([path, reason]) => `${path} (${reason})`));
      for (const [path, { stamp }] of files) {
        const isStable = isLast || this.#seen.get(path)?.stamp === stamp;
        if (folder === undefined || !isStable || this.#kept.get(path) === stamp) continue;
        await attempt(path, () => this.#save(folder, path));
      }
      this.#seen = files;
      for (const path of [...this.#kept.keys()]) {
        const isDeleted = !files.has(path) && !isHidden(path, problems);
        if (isDeleted) await attempt(`deletion of ${path}`, () => this.#remove(path));
      }
    };
    await attempt(RELATIVE_PATHS.checkpointDir, () => this.#use(keep));
    return lost;
  }

  /** Opens the folder for an action; it is undefined if it is missing. If something else is in its place, nothing is done. */
  async #use(action: (folder: JobFolder | undefined) => Promise<void>): Promise<void> {
    const { mlDir, workDir } = this.#folder;
    this.leftOut = undefined;
    const onLeftOut = (sentence: string) => {
      this.leftOut = sentence;
    };
    const root = JobFolder.open(workDir);
    let folder: JobFolder | undefined;
    try {
      folder = findHostFolder(root, workDir, { mlDir, dir: RELATIVE_PATHS.checkpointDir, onLeftOut });
      if (this.leftOut === undefined) await action(folder);
    } finally {
      folder?.close();
      root.close();
    }
  }

  async #list(folder: JobFolder | undefined): Promise<FolderFiles> {
    const links: RawName[] = [];
    this.links = links;
    if (folder === undefined) return { files: new Map(), problems: new Map() };
    // A link may lead to any file of this machine.
    return listFilesIn(folder, { followsLinks: false, onLink: (path) => links.push(path) });
  }

  /** What is kept is the file that is open, whatever its path leads to by then. */
  async #save(folder: JobFolder, path: string): Promise<void> {
    const descriptor = openFileBelow(folder, path);
    try {
      const state = fileState(fstatSync(descriptor));
      await this.#store.save({ descriptor, shown: path }, path, this.#signal);
      if (state !== undefined) this.#kept.set(path, state.stamp);
    } finally {
      closeSync(descriptor);
    }
  }

  async #remove(path: string): Promise<void> {
    await this.#store.remove(path);
    this.#kept.delete(path);
  }
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
