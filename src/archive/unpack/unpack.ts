import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { PARTIAL_MARK } from '../../contract/paths.ts';
import { isDiskFull, isOptmlError, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { checkUnchanged, UnusableInput } from '../../job-tree/input/input-file.ts';
import { bytesOf, quoteName, type RawName, rawName, shownText } from '../../job-tree/raw-name.ts';
import { FilterError } from '../filter-program.ts';
import { decompress } from './decompress.ts';
import { removeTree } from './remove-tree.ts';
import { DamagedArchive, RefusedEntry } from './unpack-errors.ts';
import { Unpacking } from './unpacking.ts';

/** What to do about an archive that holds what it should not, or nothing. */
export const MAKE_ANEW = 'Make the archive again from inside the source folder: tar czf source.tar.gz -C SOURCE .';

/** How to unpack an archive. */
export interface UnpackOptions {
  /** Most bytes that all files together may have. By default 1 TiB. */
  readonly maxBytes?: number;
  /** Most entries that the archive may hold, folders that it does not list included. By default 1,000,000. */
  readonly maxEntries?: number;
  /** Where programs that decompress are looked for (`PATH`). By default `process.env`. */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  /** Aborting it gives up: nothing is left in the folder, and the signal's own reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told how many bytes of content have been written. */
  readonly onProgress?: (doneBytes: number) => void;
}

/** {@link UnpackOptions} with the variables, for which the library's own code takes no default. */
export type UnpackSettings = UnpackOptions & { readonly variables: Readonly<NodeJS.ProcessEnv> };

/** What was unpacked. */
export interface UnpackResult {
  /** Files, folders and links. */
  readonly entries: number;
  /** Size of the files' content together, in bytes. */
  readonly bytes: number;
}

/**
 * Unpacks a tar archive (plain, gzip, zstd, bzip2 or xz) into `dir`, which is made when it is missing and must be empty:
 * whole or not at all. It is filled beside its place, in a folder inside of `dir`, and moved up at the end. Nothing is
 * written outside of it: entries with absolute names or `..`, links that lead out or are written through, and devices are
 * refused. Owners, set-uid, set-gid and sticky bits are not kept; times and permissions are, less the umask.
 *
 * @throws OptmlError ARCHIVE_INVALID, DESTINATION_INVALID, DISK_WRITE_FAILED or INTERPRETER_MISSING.
 */
export async function unpackArchive(file: string, dir: string, options: UnpackSettings): Promise<UnpackResult> {
  const before = checkedArchive(file);
  const partial = makePartial(dir);
  try {
    const result = await unpackInto(partial.path, file, options);
    checkUnchanged(before, statSync(file));
    moveUp(rawName(partial.path), rawName(dir));
    return result;
  } catch (error) {
    remove(partial.isNew ? dir : partial.path);
    throw options.signal?.aborted ? options.signal.reason : unpackError(file, dir, error);
  }
}

// All or nothing: what has moved goes back when the rest cannot follow.
function moveUp(partial: RawName, dir: RawName): void {
  const names = readdirSync(bytesOf(partial), 'latin1');
  const move = (name: RawName, from: RawName, to: RawName) =>
    renameSync(bytesOf(join(from, name)), bytesOf(join(to, name)));
  let moved = 0;
  try {
    for (const name of names) {
      move(name, partial, dir);
      moved++;
    }
  } catch (error) {
    for (const name of names.slice(0, moved)) move(name, dir, partial);
    throw error;
  }
  rmdirSync(bytesOf(partial));
}

function remove(path: string): void {
  try {
    removeTree(path);
  } catch {
    // A file system that broke cannot be tidied up; its first error is the one to tell.
  }
}

function checkedArchive(file: string): Stats {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return stats;
  } catch (error) {
    throw new OptmlError('ARCHIVE_INVALID', `the archive ${file} cannot be read: ${systemErrorCode(error)}`, {
      where: file,
      fix: 'Give the path of a tar archive.',
      cause: error,
    });
  }
  throw new OptmlError('ARCHIVE_INVALID', `${file} is no file`, {
    where: file,
    fix: 'Give the path of a tar archive.',
  });
}

function makePartial(dir: string): { readonly path: string; readonly isNew: boolean } {
  try {
    const isNew = mkdirSync(dir, { recursive: true }) !== undefined;
    const names = readdirSync(dir);
    const [first] = names;
    if (first === undefined) return { path: mkdtempSync(join(dir, PARTIAL_MARK)), isNew };
    const what = first.startsWith(PARTIAL_MARK)
      ? 'what is left of unpacking that was interrupted'
      : quoteName(rawName(first));
    throw new OptmlError('DESTINATION_INVALID', `expected an empty or new folder, and ${dir} holds ${what}`, {
      where: dir,
      fix: 'Give another folder, or empty this one first: nothing is overwritten.',
    });
  } catch (error) {
    if (isOptmlError(error)) throw error;
    throw new OptmlError('DESTINATION_INVALID', `${dir} cannot be unpacked into: ${(error as Error).message}`, {
      where: dir,
      fix: 'Give a folder that is writable.',
      cause: error,
    });
  }
}

async function unpackInto(dir: string, file: string, options: UnpackSettings): Promise<UnpackResult> {
  const { variables, signal } = options;
  const unpacking = new Unpacking(dir, options);
  try {
    const take = (chunk: Buffer) => {
      signal?.throwIfAborted();
      unpacking.take(chunk);
    };
    await decompress(file, take, { variables, signal });
    return unpacking.finish();
  } finally {
    unpacking.close();
  }
}

function unpackError(file: string, dir: string, error: unknown): unknown {
  if (isOptmlError(error)) return error;
  if (error instanceof RefusedEntry) {
    return new OptmlError('ARCHIVE_INVALID', `${file} holds an entry that may not be unpacked: ${error.message}`, {
      where: file,
      fix: error.fix ?? MAKE_ANEW,
    });
  }
  const code = systemErrorCode(error);
  if (code !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined) return diskError(file, dir, error);
  if (!isAboutArchive(error)) return error;
  return new OptmlError('ARCHIVE_INVALID', `${file} is not an archive that can be unpacked: ${error.message}`, {
    where: file,
    fix: 'Give a tar archive, plain or compressed, that is complete.',
    cause: error,
  });
}

function isAboutArchive(error: unknown): error is Error {
  if ([DamagedArchive, FilterError, UnusableInput].some((type) => error instanceof type)) return true;
  // Those of zlib, and of zstd in it.
  return /^Z(?:STD)?_/.test(systemErrorCode(error) ?? '');
}

const FULL_DISK_FIX =
  'On SageMaker, ask for a larger volume (VolumeSizeInGB). On your own machine, free space on the disk.';

function diskError(file: string, dir: string, error: unknown): OptmlError {
  const isFull = isDiskFull(error);
  return new OptmlError(
    'DISK_WRITE_FAILED',
    `${file} could not be unpacked: ${isFull ? 'the disk is full' : shownText((error as Error).message)}`,
    {
      where: dir,
      fix: isFull ? FULL_DISK_FIX : 'Check that the folder is writable.',
      cause: error,
    },
  );
}
