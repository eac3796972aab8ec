import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { compressionProblem } from '../../contract/compression.ts';
import { isDiskFull, isOptmlError, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { makeWhole } from '../../files/make-whole.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { readable, shownText } from '../../job-tree/raw-name.ts';
import { type OnProgress, progressLines } from '../../log/transfer-progress.ts';
import { type Compression, chooseCompression } from '../choose-compression.ts';
import { type Excluded, excludedEntries, isExcluded } from './excluded.ts';
import { writeArchive } from './write-archive.ts';

/** How to pack a directory. */
export interface PackOptions {
  /**
   * What compresses, as the setting OPTML_COMPRESSION has it: `auto`, or `igzip`, `pigz` or `node` with a level where
   * wanted (`igzip:1`).
   */
  readonly compression?: string;
  /**
   * Where programs (`PATH`), the latest time of entries (`SOURCE_DATE_EPOCH`) and the number of this process's threads
   * (`UV_THREADPOOL_SIZE`) are found. By default `process.env`.
   */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  /** Aborting it gives up; what was written so far is removed. */
  readonly signal?: AbortSignal;
  /** Absolute paths left out: the archives themselves, where they lie inside the directory. */
  readonly exclude?: readonly string[];
  /** Write no archive when there is nothing to pack. */
  readonly skipEmpty?: boolean;
  /** Told about entries that no archive can hold (sockets, FIFOs, devices), and of a compressor that fails. */
  readonly warn?: (message: string) => void;
  /** Told how much of the content has been read, in bytes, and after half a second also how much there is. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | undefined) => void;
}

/** {@link PackOptions} with the variables, for which the library's own code takes no default. */
export type PackSettings = PackOptions & {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Whether a job could replace the directory: a link in its place is refused. A path of the user's own may be a link. */
  readonly isOfJob?: boolean;
  /** Receives the path of each link, below the directory. */
  readonly onLink?: (path: string) => void;
};

/** What was packed. */
export interface PackResult {
  /** Files, directories and links. */
  readonly entries: number;
  /** Size of the archive in bytes; 0 when none was written. */
  readonly bytes: number;
}

/**
 * Packs the content of `dir` (at the archive's root, contract C53) into the gzipped tar file `file`: streaming, sorted
 * by name, owners normalised, links kept as links, times of files kept in whole seconds but none later than
 * `SOURCE_DATE_EPOCH`. The file is there whole or not at all, also after a power cut. A missing directory is treated
 * as empty. `dir` is a path (see {@link PackSettings.isOfJob}), or an open folder, which stays open.
 *
 * Safe while a job changes the tree: no link is followed in it, and what has changed is an error.
 *
 * @throws OptmlError PACKAGING_FAILED (unreadable or changing files, a full disk), PACKAGING_GIVEN_UP (aborted) or
 * SETTING_INVALID.
 */
export async function packDirectory(dir: string | JobFolder, file: string, options: PackSettings): Promise<PackResult> {
  if (typeof dir !== 'string') return packFolder(dir, readable(dir.path), file, options);
  const folder = openFolder(dir, options.isOfJob === true, file);
  try {
    return await packFolder(folder, dir, file, options);
  } finally {
    folder?.close();
  }
}

function openFolder(dir: string, isOfJob: boolean, file: string): JobFolder | undefined {
  try {
    return isOfJob ? JobFolder.open(dir) : JobFolder.openFollowing(dir);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw isOfJob && isLink(dir) ? linkError(dir, error) : packError(error, dir, file);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function linkError(dir: string, cause: unknown): OptmlError {
  return new OptmlError('PACKAGING_FAILED', `${dir} is a symbolic link, which is not followed: nothing is packed`, {
    where: dir,
    fix: 'Write into the folder itself. Do not replace it by a link.',
    cause,
  });
}

async function packFolder(
  folder: JobFolder | undefined,
  dir: string,
  file: string,
  options: PackSettings,
): Promise<PackResult> {
  const exclude = [...(options.exclude ?? []), file];
  const compression = readCompression(options);
  try {
    if (options.skipEmpty && isNothingToPack(folder, excludedEntries(exclude))) return { entries: 0, bytes: 0 };
    makeFolder(dirname(file));
    const make = (partial: string) => {
      const excluded = excludedEntries([...exclude, partial]);
      return writeArchive(compression, { folder, partial, excluded, options });
    };
    return await makeWhole(file, make, { signal: options.signal, isNameDurable: true });
  } catch (error) {
    throw packError(error, dir, file);
  }
}

function isNothingToPack(folder: JobFolder | undefined, excluded: Excluded): boolean {
  return folder === undefined || folder.names().every((name) => isExcluded(excluded, { name, folder }));
}

function readCompression({ compression = 'auto', variables, warn }: PackSettings): Compression {
  const problem = compressionProblem(compression);
  if (problem === undefined) return chooseCompression(compression, variables, warn ?? (() => undefined));
  throw new OptmlError('SETTING_INVALID', `expected the compression to be ${problem}; got "${compression}"`, {
    where: 'option compression',
    fix: 'Leave it out for "auto".',
  });
}

/** Says in a log how far the packing of `dir` is. */
export function packProgress(say: (message: string) => void, dir: string): OnProgress {
  return progressLines(say, `Packing ${dir}`);
}

function packError(error: unknown, dir: string, file: string): unknown {
  if ((error as Error).name === 'AbortError') {
    return new OptmlError('PACKAGING_GIVEN_UP', `packing ${dir} was given up: the time to stop was over`, {
      where: file,
      fix: `The files in ${dir} are untouched. Allow more time with OPTML_STOP_GRACE_SECONDS, or save less.`,
      cause: error,
    });
  }
  if (isOptmlError(error) || systemErrorCode(error) === undefined) return error;
  return new OptmlError('PACKAGING_FAILED', `packing ${dir} failed: ${shownText((error as Error).message)}`, {
    where: shownText(String((error as NodeJS.ErrnoException).path ?? file)),
    fix: isDiskFull(error)
      ? 'The disk is full: save less, or ask for a larger volume (VolumeSizeInGB). On your own machine, free space on the disk.'
      : 'Make the file readable, or leave it out of the folder.',
    cause: error,
  });
}
