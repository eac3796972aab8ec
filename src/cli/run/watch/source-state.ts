import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is watched: a folder with all that is in it, or a file. */
export interface WatchedRoot {
  /** Absolute. */
  readonly path: string;
  /** Whether a change of an entry means nothing. `path`: below the root, with a slash at the end of a folder. */
  readonly isIgnored: (path: string) => boolean;
}

/** The files of the roots at one moment. */
export interface SourceState {
  /** Absolute path → size, times and inode. */
  readonly files: ReadonlyMap<string, string>;
  /** All folders that may get new files. Absolute. */
  readonly folders: ReadonlySet<string>;
}

/** Reads the state of all roots. What cannot be read is missing in it. */
export function readState(roots: readonly WatchedRoot[]): SourceState {
  const files = new Map<string, string>();
  const folders = new Set<string>();
  for (const { path, isIgnored } of roots) {
    const pending = [''];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const at = join(path, folder);
      const names = namesIn(at);
      if (names === undefined) {
        if (folder === '') addFile(files, at);
        continue;
      }
      folders.add(at);
      for (const name of names) {
        const below = `${folder}${name}`;
        if (isFolder(join(path, below))) {
          if (!isIgnored(`${below}/`)) pending.push(`${below}/`);
        } else if (!isIgnored(below)) addFile(files, join(path, below));
      }
    }
  }
  return { files, folders };
}

/** The files that are new, gone or different, sorted. */
export function changedFiles(before: SourceState, after: SourceState): readonly string[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  return [...paths].filter((path) => before.files.get(path) !== after.files.get(path)).sort();
}

// A link to a folder is no folder: its content may be anywhere.
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    // Removed meanwhile, or in a folder that lists its entries and allows nothing more.
    return false;
  }
}

function namesIn(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    // A file, or removed meanwhile.
    return undefined;
  }
}

function addFile(files: Map<string, string>, path: string): void {
  try {
    const { size, mtimeMs, ino, mode } = statSync(path);
    files.set(path, `${size} ${mtimeMs} ${ino} ${mode}`);
  } catch {
    // A link that leads nowhere, or a file that was removed meanwhile.
  }
}
