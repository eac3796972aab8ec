import { isUtf8 } from 'node:buffer';
import { promises, type Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { systemErrorCode } from '../errors/error.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { pauses } from '../job-tree/pauses.ts';
import { bytesOf, type RawName, readable } from '../job-tree/raw-name.ts';
import { type TreeEntry, walkTree } from '../job-tree/walk-tree.ts';

/** The state of a file; a new one when it is written to, replaced, renamed or linked. */
export interface FileState {
  /** Differs between any two states. */
  readonly stamp: string;
  /** Device and inode: the same under each of the file's names. */
  readonly id: string;
  readonly bytes: number;
  /** When it was last changed, in milliseconds since 1970, by the clock of the file system. No program can set it. */
  readonly changedMs: number;
  /** When its content was written, as programs may set it: a later change of its owner or permissions does not count. */
  readonly writtenMs: number;
}

/** What a folder holds. */
export interface FolderFiles {
  /** Path below the folder, with slashes → state. */
  readonly files: ReadonlyMap<string, FileState>;
  /** Path → why the file or folder there cannot be looked at. */
  readonly problems: ReadonlyMap<string, string>;
}

// Left behind by the reference in the same folder.
const REFERENCE_FOLDER = '.tmp.sagemaker_s3_sync';

/** How a folder is listed. */
export interface ListOptions {
  /** Whether a link to a file is that file, as in the reference; otherwise links are left out. By default yes. */
  readonly followsLinks?: boolean;
  /** Told of the path of each link that is left out. */
  readonly onLink?: (path: RawName) => void;
}

/** As {@link listFilesIn}, of the folder at `dir`, which may be a link. A folder that is not there is empty. Never throws. */
export async function listFiles(dir: string, options: ListOptions = {}): Promise<FolderFiles> {
  let folder: JobFolder;
  try {
    folder = JobFolder.openFollowing(dir);
  } catch (error) {
    const problems = isGone(error) ? [] : [['/', (error as Error).message] as const];
    return { files: new Map(), problems: new Map(problems) };
  }
  try {
    return await listFilesIn(folder, options);
  } finally {
    folder.close();
  }
}

/**
 * Lists the files below an open folder. A link to a folder is not followed, so that nothing goes round in circles. Unfinished
 * files of optml's own do not count. Never throws.
 */
export async function listFilesIn(
  root: JobFolder,
  { followsLinks = true, onLink }: ListOptions = {},
): Promise<FolderFiles> {
  const files = new Map<string, FileState>();
  const problems = new Map<string, string>();
  const onError = (path: RawName, error: unknown) => {
    if (!isGone(error)) problems.set(path === '' ? '/' : readable(path), (error as Error).message);
  };
  const isLeftOut = ({ name }: TreeEntry) => name === REFERENCE_FOLDER || name.includes(PARTIAL_MARK);
  const pause = pauses();
  // What the caller does next in the same turn is seen, too.
  await nextTurn();
  try {
    for (const entry of walkTree(root, { isLeftOut, onError, isOneDevice: true })) {
      await pause();
      const { path, stats } = entry;
      if (!isUtf8(bytesOf(path))) {
        const isFolder = stats.isDirectory();
        if (isFolder || stats.isFile()) problems.set(`${readable(path)}${isFolder ? '/' : ''}`, NOT_UTF8);
        continue;
      }
      const state = followsLinks && stats.isSymbolicLink() ? followed(entry, onError) : fileState(stats);
      if (state !== undefined) files.set(readable(path), state);
      else if (stats.isSymbolicLink()) onLink?.(path);
    }
  } catch (error) {
    // The tree is beyond the limits, or changes all the time: what was not listed is not known.
    problems.set('/', (error as Error).message);
  }
  return { files, problems };
}

/**
 * The state of a file as it is now, of a link the state of what it leads to; undefined when there is none, or a folder or device.
 *
 * @throws the system's error when it cannot be looked at.
 */
export async function readState(file: string): Promise<FileState | undefined> {
  try {
    return fileState(await promises.stat(file));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function followed({ folder, name, path }: TreeEntry, onError: (path: RawName, error: unknown) => void) {
  try {
    const stats = folder.statFollowing(name);
    return stats && fileState(stats);
  } catch (error) {
    onError(path, error);
    return undefined;
  }
}

/** The state of a regular file. */
export function fileState(stats: Stats): FileState | undefined {
  return stats.isFile() ? stateOf(stats) : undefined;
}

function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileState {
  const id = `${dev}:${ino}`;
  return { stamp: `${id}:${size}:${mtimeMs}:${ctimeMs}`, id, bytes: size, changedMs: ctimeMs, writtenMs: mtimeMs };
}

/** Whether nothing is there, or no regular file, also behind a link that leads nowhere or in circles. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL'].includes(systemErrorCode(error) ?? '');
}

const NOT_UTF8 = 'its name is not UTF-8, which names in S3 are';
