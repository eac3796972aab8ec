import { dirname, join, relative } from 'node:path';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { mergeFolders, moveEntry } from '../../job-tree/merge-folders.ts';
import { openBelow } from '../../job-tree/open-below.ts';
import { rawName, shownName } from '../../job-tree/raw-name.ts';
import { findHostFolder } from './left-out.ts';

/** What is gathered. */
export interface GatherRequest {
  /** The folder's place below each host's `/opt/ml`. */
  readonly dir: string;
  /** Name of the folder in `workDir` that holds the files of all hosts. */
  readonly gathered: string;
  readonly mlDirs: readonly string[];
  /** The job's folder, in which the others are. Absolute. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Receives what is in the place of a host's folder, and is not followed. */
  readonly onLeftOut: (sentence: string) => void;
}

/**
 * Moves the files of all hosts to one folder that no host had: from then on nothing outside of it can get into its place.
 * Returns the open folder, which the caller closes; undefined if there are no files. An earlier delivery that failed may have
 * moved some. If two hosts have the same file, the later host's is kept, with a warning.
 *
 * @throws the signal's reason; system errors.
 */
export async function gatherOutputs(request: GatherRequest): Promise<JobFolder | undefined> {
  const { dir, gathered, mlDirs, workDir, signal, warn, onLeftOut } = request;
  const root = JobFolder.open(workDir);
  try {
    for (const mlDir of mlDirs) {
      const folder = findHostFolder(root, workDir, { mlDir, dir, onLeftOut });
      if (folder === undefined) continue;
      try {
        if (folder.names().length === 0) continue;
        if (root.lstat(gathered) === undefined) {
          moveWhole(root, join(relative(workDir, mlDir), dir), gathered);
          continue;
        }
        const into = root.openFolder(gathered);
        const clashes = await mergeFolders(folder, into, signal).finally(() => into.close());
        if (clashes.length > 0)
          warn(
            `Several hosts wrote the same files to ${dir}; the last host's copies are kept: ${shortList(clashes.map(shownName))}`,
          );
      } finally {
        folder.close();
      }
    }
    return openFilled(root, gathered);
  } finally {
    root.close();
  }
}

function moveWhole(root: JobFolder, path: string, gathered: string): void {
  const parent = openBelow(root, dirname(path));
  try {
    moveEntry(parent, rawName(path.slice(dirname(path).length + 1)), root, gathered);
  } finally {
    parent.close();
  }
}

function openFilled(root: JobFolder, name: string): JobFolder | undefined {
  if (root.lstat(name) === undefined) return undefined;
  const folder = root.openFolder(name);
  if (folder.names().length > 0) return folder;
  folder.close();
  return undefined;
}

/** The first of many names. */
export function shortList(paths: readonly string[], separator = ', '): string {
  const more = paths.length > 10 ? ` and ${paths.length - 10} more` : '';
  return `${paths.slice(0, 10).join(separator)}${more}`;
}
