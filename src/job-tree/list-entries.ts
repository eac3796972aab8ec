import { type Dirent, readdirSync } from 'node:fs';
import type { JobFolder } from './job-folder.ts';
import type { RawName } from './raw-name.ts';

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
