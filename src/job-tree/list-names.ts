import { type Dirent, opendirSync, readdirSync } from 'node:fs';
import type { JobFolder } from './job-folder.ts';
import type { RawName } from './raw-name.ts';
import { systemError } from './system-error.ts';

/** Most entries of one folder. A million names take some 100 MB here. */
const MOST_ENTRIES = 4_000_000;
/** A folder whose own size is below it has fewer entries than that: each takes several bytes of it. */
const SMALL_FOLDER_BYTES = 4 << 20;

/**
 * The names in a folder whose own size is `folderBytes`, in the order of their bytes.
 *
 * @throws the system's error; EFBIG for more than {@link MOST_ENTRIES}.
 */
export function listNames(folder: Buffer, folderBytes: number): readonly RawName[] {
  const names = folderBytes < SMALL_FOLDER_BYTES ? readdirSync(folder, 'latin1') : countedNames(folder);
  return names.sort();
}

function countedNames(folder: Buffer): RawName[] {
  const names: RawName[] = [];
  const dir = opendirSync(folder, { encoding: 'latin1', bufferSize: 1024 });
  try {
    for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) {
      if (names.length === MOST_ENTRIES) {
        throw systemError('EFBIG', `more than ${MOST_ENTRIES} entries`, folder.toString('latin1'));
      }
      names.push(entry.name);
    }
  } finally {
    dir.closeSync();
  }
  return names;
}

/** An entry of a folder, as the folder itself describes it. */
export interface FolderEntry {
  readonly name: RawName;
  readonly kind: 'file' | 'folder' | 'other';
}

/** The entries of an open folder, in any order, without a call for each. @throws the system's error. */
export function listEntries(folder: JobFolder): readonly FolderEntry[] {
  const found = readdirSync(folder.pathFor('.'), { withFileTypes: true, encoding: 'latin1' });
  return found.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
}

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}
