import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadEntry } from 'tar';
import { Parser } from 'tar/parse';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { isDiskFull, isOptmlError, OptmlError, systemErrorCode } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';
import { decompressedChunks } from './decompress.ts';
import { judgeEntry } from './entry-rules.ts';
import { type FileWriter, RefusedEntry, TreeWriter } from './tree-writer.ts';

/** Limits of what is unpacked: far above any model, far below what an archive made to fill a disk would give. */
export const UNPACK_LIMITS = { maxBytes: 1024 ** 4, maxEntries: 1_000_000 } as const;

/** What to do about an archive that holds what it should not, or nothing. */
export const MAKE_ANEW = 'Make the archive anew from inside the source folder: tar czf source.tar.gz -C SOURCE .';

/** How to unpack an archive. */
export interface UnpackOptions {
  /** Most bytes that all files together may have. By default 1 TiB. */
  readonly maxBytes?: number;
  /** Most entries that the archive may hold. By default 1,000,000. */
  readonly maxEntries?: number;
  /** Where programs that decompress are looked for (`PATH`). By default `process.env`. */
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  /** Aborting it gives up: nothing is left in the folder, and the signal's own reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told how many bytes of content have been written. */
  readonly onProgress?: (doneBytes: number) => void;
}

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
export async function unpackArchive(file: string, dir: string, options: UnpackOptions = {}): Promise<UnpackResult> {
  checkArchive(file);
  const partial = makePartial(dir);
  try {
    const result = await unpackInto(partial.path, file, options);
    for (const name of readdirSync(partial.path)) renameSync(join(partial.path, name), join(dir, name));
    rmdirSync(partial.path);
    return result;
  } catch (error) {
    rmSync(partial.isNew ? dir : partial.path, { recursive: true, force: true });
    throw options.signal?.aborted ? options.signal.reason : unpackError(file, dir, error);
  }
}

function checkArchive(file: string): void {
  try {
    if (statSync(file).isFile()) return;
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
    const [first] = readdirSync(dir);
    if (first === undefined) return { path: mkdtempSync(join(dir, PARTIAL_MARK)), isNew };
    const what = first.startsWith(PARTIAL_MARK) ? 'what is left of unpacking that was interrupted' : `"${first}"`;
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

async function unpackInto(dir: string, file: string, options: UnpackOptions): Promise<UnpackResult> {
  const unpacking = new Unpacking(dir, options);
  try {
    for await (const chunk of decompressedChunks(file, options.variables ?? process.env, options.signal)) {
      options.signal?.throwIfAborted();
      unpacking.take(chunk);
    }
    return unpacking.end();
  } finally {
    unpacking.close();
  }
}

/** An archive that is being read: its parser, what is written, and the first thing that was wrong. */
class Unpacking {
  readonly #parser: Parser;
  readonly #tree: TreeWriter;
  readonly #options: UnpackOptions;
  #open: FileWriter | undefined;
  #trouble: unknown;
  #entries = 0;
  #bytes = 0;
  #claimed = 0;
  #isEnded = false;

  constructor(dir: string, options: UnpackOptions) {
    this.#tree = new TreeWriter(dir);
    this.#options = options;
    this.#parser = new Parser({
      // Every oddity is an error, never a warning: a half-understood archive is no source.
      strict: true,
      // Those are limits of ours, in bytes and entries.
      maxDecompressionRatio: Number.POSITIVE_INFINITY,
      onReadEntry: (entry) => this.#attempt(() => this.#begin(entry), entry),
    });
    this.#parser.on('error', (error: unknown) => this.#fail(error));
    // What the parser would pass over in silence: types that it does not know, and extended headers that are too large.
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => {
      const why = entry.meta ? 'has an extended header that is too large' : `is of the type ${entry.type}`;
      this.#fail(new RefusedEntry(why), entry);
    });
    this.#parser.on('eof', () => {
      this.#isEnded = true;
    });
  }

  take(chunk: Buffer): void {
    this.#parser.write(chunk);
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  end(): UnpackResult {
    this.#parser.end();
    if (this.#trouble !== undefined) throw this.#trouble;
    if (!this.#isEnded) throw new Error("it ends without the mark of an archive's end: it was cut off");
    this.#tree.finish();
    return { entries: this.#entries, bytes: this.#bytes };
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #begin(entry: ReadEntry): void {
    this.#entries++;
    this.#claimed += entry.size;
    this.#checkLimits();
    const judged = judgeEntry(entry);
    if ('refused' in judged) throw new RefusedEntry(judged.refused);
    const writer = this.#tree.add(judged, { mode: entry.mode ?? 0o644, mtime: entry.mtime });
    if (writer === undefined) {
      entry.resume();
      return;
    }
    this.#open = writer;
    entry.on('data', (chunk: Buffer) => {
      // After the first trouble the rest of what the parser has already taken is let go by.
      if (this.#trouble === undefined) this.#attempt(() => this.#write(writer, chunk), entry);
    });
    entry.on('end', () => {
      if (this.#trouble === undefined) this.#attempt(() => this.#finish(writer), entry);
    });
  }

  #write(writer: FileWriter, chunk: Buffer): void {
    this.#bytes += chunk.length;
    writer.write(chunk);
    this.#options.onProgress?.(this.#bytes);
  }

  #finish(writer: FileWriter): void {
    this.#open = undefined;
    writer.finish();
  }

  // What an archive claims is refused before the disk is full.
  #checkLimits(): void {
    const { maxBytes = UNPACK_LIMITS.maxBytes, maxEntries = UNPACK_LIMITS.maxEntries } = this.#options;
    if (this.#claimed > maxBytes) throw new RefusedEntry(`makes more than ${maxBytes} bytes, the limit`);
    if (this.#entries > maxEntries) throw new RefusedEntry(`is one more than ${maxEntries} entries, the limit`);
  }

  #attempt(action: () => void, entry: ReadEntry): void {
    try {
      action();
    } catch (error) {
      this.#fail(error, entry);
      entry.resume();
    }
  }

  #fail(error: unknown, entry?: ReadEntry): void {
    if (this.#trouble !== undefined) return;
    if (!(error instanceof RefusedEntry) || entry === undefined) this.#trouble = error ?? new Error('unknown');
    else this.#trouble = new RefusedEntry(`"${cutText(String(entry.path), 200)}" ${error.message}`);
  }
}

function unpackError(file: string, dir: string, error: unknown): unknown {
  if (isOptmlError(error)) return error;
  if (error instanceof RefusedEntry) {
    return new OptmlError('ARCHIVE_INVALID', `${file} holds an entry that may not be unpacked: ${error.message}`, {
      where: file,
      fix: MAKE_ANEW,
    });
  }
  const code = systemErrorCode(error);
  // Those of zlib and of the tar package are about the archive.
  if (code !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined) return diskError(file, dir, error);
  const message = error instanceof Error ? error.message : String(error);
  return new OptmlError('ARCHIVE_INVALID', `${file} is not an archive that can be unpacked: ${message}`, {
    where: file,
    fix: 'Give a tar archive, plain or compressed, that is complete.',
    cause: error,
  });
}

function diskError(file: string, dir: string, error: unknown): OptmlError {
  const isFull = isDiskFull(error);
  return new OptmlError(
    'DISK_WRITE_FAILED',
    `${file} could not be unpacked: ${isFull ? 'the disk is full' : (error as Error).message}`,
    {
      where: dir,
      fix: isFull ? 'Ask for a larger volume (VolumeSizeInGB).' : 'Check that the folder is writable.',
      cause: error,
    },
  );
}
