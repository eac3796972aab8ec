import { closeSync, fstatSync, futimesSync, readSync } from 'node:fs';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import { rawName } from '../../../job-tree/raw-name.ts';
import { putText } from '../../../job-tree/text-files.ts';
import { pacedWalk } from '../../../job-tree/walk-tree.ts';
import type { CheckpointReads } from '../observation.ts';

const MOST_FILES = 64;
// File systems note the first read of a file that was last read before its last change, also with `relatime`.
const LONG_AGO = new Date('2000-01-01T00:00:00Z');
const PROBE = 'read-probe';

/** Watches whether files are read. Close it. */
export interface ReadWatch {
  /** Undefined where the file system does not note reads. */
  result(): CheckpointReads | undefined;
  close(): void;
}

/**
 * Watches the files that a folder has now, by descriptors of ours: also those that a job replaces under their names.
 * `scratch`: a folder on the same file system, for a file that shows whether reads are noted.
 *
 * @throws the signal's reason; the system's error.
 */
export async function watchReads(
  folder: JobFolder,
  { scratch, signal }: { readonly scratch: JobFolder; readonly signal: AbortSignal },
): Promise<ReadWatch> {
  const descriptors: number[] = [];
  const close = () => {
    for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  };
  try {
    const areNoted = notesReads(scratch);
    for await (const { folder: parent, name, stats } of pacedWalk(folder, signal)) {
      if (!areNoted || descriptors.length >= MOST_FILES || !stats.isFile() || stats.size === 0) continue;
      descriptors.push(parent.openFile(name));
      age(descriptors.at(-1) as number);
    }
    const result = () =>
      areNoted && descriptors.length > 0
        ? { watched: descriptors.length, read: descriptors.filter(isRead).length }
        : undefined;
    return { result, close };
  } catch (error) {
    close();
    throw error;
  }
}

function notesReads(scratch: JobFolder): boolean {
  const name = rawName(PROBE);
  putText(scratch, name, 'x');
  const descriptor = scratch.openFile(name);
  try {
    age(descriptor);
    readSync(descriptor, Buffer.alloc(1), 0, 1, 0);
    return isRead(descriptor);
  } finally {
    closeSync(descriptor);
    scratch.removeFile(name);
  }
}

function age(descriptor: number): void {
  futimesSync(descriptor, LONG_AGO, fstatSync(descriptor).mtime);
}

function isRead(descriptor: number): boolean {
  return fstatSync(descriptor).atimeMs > LONG_AGO.getTime();
}
