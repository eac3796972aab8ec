import type { Stats } from 'node:fs';
import { monotonicMs } from '../concurrency/clock.ts';
import { systemErrorCode } from '../errors/error.ts';
import { FolderStack } from './folder-stack.ts';
import type { JobFolder } from './job-folder.ts';
import { openOnDevice } from './open-below.ts';
import type { RawName } from './raw-name.ts';
import { systemError } from './system-error.ts';

/** An entry of a job's tree. */
export interface TreeEntry {
  /** The folder that it is in, which is open until the next entry is asked for. */
  readonly folder: JobFolder;
  readonly name: RawName;
  /** Its path below the root, with slashes. */
  readonly path: RawName;
  /** Folders between the root and it. */
  readonly depth: number;
  /** As it was when it was found: a link as a link. */
  readonly stats: Stats;
}

/** How a tree is walked. */
export interface WalkOptions {
  /** Whether an entry is left out; of a folder also what is in it. */
  readonly isLeftOut?: ((entry: TreeEntry) => boolean) | undefined;
  /** Told of an entry that vanished after its folder was listed; it is left out then. */
  readonly onGone?: (path: RawName) => void;
  /** Told of a folder or name that cannot be read; it is left out then. Without it, the error is thrown. */
  readonly onError?: (path: RawName, error: unknown) => void;
  /** Whether folders on another file system than the root are errors (EXDEV): somebody has mounted them. By default no. */
  readonly isOneDevice?: boolean;
}

/** Longest path below the root, in bytes: programs cannot open a longer one. Bounds the depth, too. */
export const LONGEST_PATH = 4095;
/** Most entries of a tree. */
const MOST_ENTRIES = 20_000_000;
/** Longest time that a walk keeps signals, timers and other jobs waiting, in milliseconds. */
const TURN_MS = 20;

interface Level {
  readonly names: readonly RawName[];
  readonly prefix: RawName;
  /** Folders between the root and these names. */
  readonly depth: number;
  next: number;
}

/**
 * Walks the tree below an open folder, which stays open: each folder before what is in it, names in the order of their bytes.
 * Entries that vanish meanwhile are left out. Follows no link, and keeps to the tree while a job changes it.
 *
 * @throws the system's error: ENAMETOOLONG, EFBIG for trees beyond the limits, ESTALE where a folder was moved meanwhile.
 */
export function* walkTree(root: JobFolder, options: WalkOptions = {}): Generator<TreeEntry> {
  const stack = new FolderStack(root);
  const levels: Level[] = [{ names: namesIn(root, '', options), prefix: '', depth: 0, next: 0 }];
  let count = 0;
  try {
    for (let level = levels[0]; level !== undefined; level = levels.at(-1)) {
      const name = level.names[level.next++];
      if (name === undefined) {
        levels.pop();
        stack.pop();
        continue;
      }
      const entry = entryOf(stack.top, level, name, options);
      if (entry === undefined || options.isLeftOut?.(entry)) continue;
      if (++count > MOST_ENTRIES) throw systemError('EFBIG', `more than ${MOST_ENTRIES} entries`, root.path);
      yield entry;
      if (!entry.stats.isDirectory()) continue;
      const folder = openedFolder(entry, root, options);
      if (folder === undefined) continue;
      // Of a folder whose last entry this is, nothing is needed any more.
      const isLast = level.next === level.names.length && stack.depth > 0;
      if (isLast) levels.pop();
      if (isLast) stack.replace(folder);
      else stack.push(folder);
      const prefix = `${entry.path}/`;
      levels.push({ names: namesIn(folder, prefix, options), prefix, depth: level.depth + 1, next: 0 });
    }
  } finally {
    stack.close();
  }
}

/**
 * Walks a job's tree as `walkTree` does, with a pause for everything else in between: Ctrl-C ends it.
 *
 * @throws the signal's reason; the system's error, as `walkTree`.
 */
export async function* pacedWalk(
  root: JobFolder,
  signal: AbortSignal,
  options: WalkOptions = {},
): AsyncGenerator<TreeEntry> {
  let start = monotonicMs();
  for (const entry of walkTree(root, options)) {
    yield entry;
    if (monotonicMs() - start < TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    start = monotonicMs();
  }
}

function namesIn(folder: JobFolder, prefix: RawName, { onError }: WalkOptions): readonly RawName[] {
  try {
    return folder.names();
  } catch (error) {
    if (onError === undefined) throw error;
    onError(prefix, error);
    return [];
  }
}

function entryOf(
  folder: JobFolder,
  { prefix, depth }: Level,
  name: RawName,
  { onGone, onError }: WalkOptions,
): TreeEntry | undefined {
  const path = prefix + name;
  try {
    if (path.length > LONGEST_PATH) throw systemError('ENAMETOOLONG', 'name too long', `${folder.path}/${name}`);
    const stats = folder.lstat(name);
    if (stats !== undefined) return { folder, name, path, depth, stats };
  } catch (error) {
    if (onError === undefined) throw error;
    onError(path, error);
    return undefined;
  }
  onGone?.(path);
  return undefined;
}

function openedFolder(
  { folder, name, path }: TreeEntry,
  root: JobFolder,
  { onError, isOneDevice = false }: WalkOptions,
): JobFolder | undefined {
  try {
    return isOneDevice ? openOnDevice(folder, name, root) : folder.openFolder(name);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (onError === undefined) throw error;
    onError(`${path}/`, error);
    return undefined;
  }
}
