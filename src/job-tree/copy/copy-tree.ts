import { closeSync, fchmodSync, fsync, futimesSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { FolderStack } from '../folder-stack.ts';
import { type JobFolder, SAFE_MODE } from '../job-folder.ts';
import { pauses } from '../pauses.ts';
import { type RawName, shownName } from '../raw-name.ts';
import { type TreeEntry, type WalkOptions, walkTree } from '../walk-tree.ts';
import { type Clone, cloner } from './clone-content.ts';
import { copyContent } from './copy-content.ts';

/** How a tree is copied. */
export interface CopyTreeOptions extends Pick<WalkOptions, 'isLeftOut'> {
  /** Aborting it ends the copy within a moment, also in the middle of a large file. */
  readonly signal: AbortSignal;
  /** Told of entries that are not copied: FIFOs, sockets, devices, folders of other file systems. */
  readonly warn: (message: string) => void;
  /** Whether files are synced to disk. */
  readonly isDurable: boolean;
  /** The permissions of all files of the copy. By default those of their sources. */
  readonly fileMode?: number;
}

/** Only the owner sees a folder until it is complete. */
const PRIVATE = 0o700;

const syncLater = promisify(fsync);

/**
 * Copies what is in the folder `from` into the folder `to`, which is empty and private to this process's user (0700): files and
 * folders with safe permissions and their times, links as links. At the end `to` has the permissions
 * and times of `from`. Both stay open.
 *
 * @throws the signal's reason; the system's error.
 */
export async function copyTree(from: JobFolder, to: JobFolder, options: CopyTreeOptions): Promise<void> {
  const targets = new FolderStack(to);
  const stats: Stats[] = [];
  const clone = cloner();
  const leave = () => targets.pop((folder) => finish(folder, stats.pop()));
  const onError = (path: RawName, error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    options.warn(`${shownName(`${from.path}/${path}`)} is on another file system, and is left out`);
  };
  const pause = pauses();
  try {
    for (const entry of walkTree(from, { ...options, onError, isOneDevice: true })) {
      options.signal.throwIfAborted();
      while (targets.depth > entry.depth) leave();
      if (entry.stats.isDirectory()) {
        targets.push(targets.top.createFolder(entry.name, PRIVATE));
        stats.push(entry.stats);
      } else {
        await copyEntry(entry, targets.top, clone, options);
      }
      await pause();
    }
    while (targets.depth > 0) leave();
    finish(to, from.stats);
  } finally {
    targets.close();
  }
}

function finish(folder: JobFolder, stats: Stats | undefined): void {
  if (stats === undefined) return;
  folder.setTimes(stats);
  folder.setMode(stats.mode);
}

async function copyEntry(entry: TreeEntry, into: JobFolder, clone: Clone, options: CopyTreeOptions): Promise<void> {
  const { folder, name, stats } = entry;
  if (stats.isFile()) {
    const descriptor = folder.openFile(name);
    try {
      await copyFile(descriptor, stats, { ...options, into, name, clone });
    } finally {
      closeSync(descriptor);
    }
  } else if (stats.isSymbolicLink()) {
    into.createLink(name, folder.readLink(name));
  } else {
    options.warn(`${shownName(`${folder.path}/${name}`)} is no file, folder or link, and is left out`);
  }
}

interface FileTarget extends CopyTreeOptions {
  readonly into: JobFolder;
  readonly name: RawName;
  readonly clone: Clone;
}

async function copyFile(from: number, stats: Stats, target: FileTarget): Promise<void> {
  const { into, name, clone, signal, isDurable, fileMode = stats.mode } = target;
  const to = into.createFile(name, PRIVATE);
  try {
    if (!(await clone(from, to))) await copyContent(from, to, signal);
    fchmodSync(to, fileMode & SAFE_MODE);
    futimesSync(to, stats.atime, stats.mtime);
    if (isDurable) await syncLater(to);
  } finally {
    closeSync(to);
  }
}
