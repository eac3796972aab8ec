import { closeSync } from 'node:fs';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { openFileBelow } from '../../job-tree/open-below.ts';
import type { CheckpointStore } from '../checkpoint-store.ts';
import { findHostFolder, leftOutWarning } from './left-out.ts';
import { writtenBelow } from './written-files.ts';

/** What is delivered, and how. */
export interface DeliverCheckpointsOptions {
  /** The folder that the hosts' folders are in. Absolute. */
  readonly workDir: string;
  /** Each host's `/opt/ml`, below it. */
  readonly mlDirs: readonly string[];
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

// Programs set any time, 1970 and before, too.
const NEVER_MS = Number.NEGATIVE_INFINITY;

interface Newest {
  readonly folder: JobFolder;
  readonly writtenMs: number;
}

/**
 * Copies the checkpoints of a job's hosts to their location, for each path the file that was written last. A file at the
 * location that was written later stays: it is the same, or that of a newer job. Returns whether any host has checkpoints.
 *
 * @throws OptmlError and system errors of the store and of files that cannot be read; the signal's reason.
 */
export async function deliverCheckpoints(store: CheckpointStore, options: DeliverCheckpointsOptions): Promise<boolean> {
  const { workDir, mlDirs, warn } = options;
  const root = JobFolder.open(workDir);
  const folders: JobFolder[] = [];
  try {
    for (const mlDir of mlDirs) {
      const onLeftOut = (sentence: string) => warn(leftOutWarning(sentence));
      const folder = findHostFolder(root, workDir, { mlDir, dir: RELATIVE_PATHS.checkpointDir, onLeftOut });
      if (folder !== undefined) folders.push(folder);
    }
    if (folders.length > 0) await copyNewest(folders, store, options);
    return folders.length > 0;
  } finally {
    for (const folder of folders) folder.close();
    root.close();
  }
}

async function copyNewest(
  folders: readonly JobFolder[],
  store: CheckpointStore,
  { signal, onProgress }: DeliverCheckpointsOptions,
): Promise<void> {
  onProgress('Copying the checkpoints', 0, undefined);
  const newest = new Map<string, Newest>();
  for (const folder of folders) {
    for (const [path, writtenMs] of await writtenBelow(folder)) {
      if (writtenMs >= (newest.get(path)?.writtenMs ?? NEVER_MS)) newest.set(path, { folder, writtenMs });
    }
  }
  const atLocation = await store.written(signal);
  for (const [path, { folder, writtenMs }] of newest) {
    signal.throwIfAborted();
    if ((atLocation.get(path) ?? NEVER_MS) >= writtenMs) continue;
    const descriptor = openFileBelow(folder, path);
    await store.save({ descriptor, shown: path }, path, signal).finally(() => closeSync(descriptor));
  }
}
