import { promises, type Stats } from 'node:fs';
import { join } from 'node:path';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { systemErrorCode } from '../errors/error.ts';

/** The state of a file; a new one when it is written to, replaced, renamed or linked. */
export interface FileState {
  /** Differs between any two states. */
  readonly stamp: string;
  /** Device and inode: the same under each of the file's names. */
  readonly id: string;
  readonly bytes: number;
  /** When it was last changed, in milliseconds since 1970, by the clock of the file system. No program can set it. */
  readonly changedMs: number;
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
// Enough to keep the threads of Node busy.
const AT_ONCE = 32;

/** How a folder is listed. */
export interface ListOptions {
  /** Whether a link to a file is that file, as in the reference; otherwise links are left out. By default yes. */
  readonly followsLinks?: boolean;
}

/**
 * Lists the files below `dir`. A link to a folder is not followed, so that nothing goes round in circles. Unfinished files of
 * optml's own do not count. A folder that is not there is empty. Never throws.
 */
export async function listFiles(dir: string, { followsLinks = true }: ListOptions = {}): Promise<FolderFiles> {
  const files = new Map<string, FileState>();
  const problems = new Map<string, string>();
  const examine = async (path: string) => {
    try {
      const state = await readState(join(dir, path), { followsLinks });
      if (state !== undefined) files.set(path, state);
      else if (isMangled(path)) problems.set(path, NOT_UTF8);
    } catch (error) {
      problems.set(path, (error as Error).message);
    }
  };
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const paths: string[] = [];
    for (const entry of await readFolder(dir, folder, problems)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name === REFERENCE_FOLDER || entry.name.includes(PARTIAL_MARK)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() || (followsLinks && entry.isSymbolicLink())) paths.push(path);
    }
    while (paths.length > 0) await Promise.all(paths.splice(-AT_ONCE).map(examine));
  }
  return { files, problems };
}

/**
 * The state of a file as it is now; undefined when there is none, or a folder or device.
 *
 * @throws the system's error when it cannot be looked at.
 */
export async function readState(
  file: string,
  { followsLinks = true }: ListOptions = {},
): Promise<FileState | undefined> {
  try {
    const stats = await (followsLinks ? promises.stat(file) : promises.lstat(file));
    return stats.isFile() ? stateOf(stats) : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileState {
  const id = `${dev}:${ino}`;
  return { stamp: `${id}:${size}:${mtimeMs}:${ctimeMs}`, id, bytes: size, changedMs: ctimeMs };
}

async function readFolder(dir: string, folder: string, problems: Map<string, string>) {
  try {
    return await promises.readdir(join(dir, folder), { withFileTypes: true });
  } catch (error) {
    if (!isGone(error)) problems.set(`${folder}/`, (error as Error).message);
    else if (isMangled(folder)) problems.set(`${folder}/`, NOT_UTF8);
    return [];
  }
}

// A link that leads nowhere or in circles is no file either.
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemErrorCode(error) ?? '');
}

const NOT_UTF8 = 'its name is not UTF-8, which names in S3 are';

// Node reads what is not UTF-8 as this character, and then does not find the file.
function isMangled(path: string): boolean {
  return path.includes('\uFFFD');
}
