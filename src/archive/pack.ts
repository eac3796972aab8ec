import type { Stats } from 'node:fs';
import { createWriteStream, mkdirSync, promises, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, promises as streams } from 'node:stream';
import { createGzip } from 'node:zlib';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { type ArchiveEntry, BLOCK, bytesOf, entryHeader, type RawName, rawName, readable } from './tar-entry.ts';

/** How to pack a directory. */
export interface PackOptions {
  /** Aborting it gives up; what was written so far is removed. */
  readonly signal?: AbortSignal;
  /** Absolute paths left out: the archives themselves, where they lie inside the directory. */
  readonly exclude?: readonly string[];
  /** Write no archive when there is nothing to pack. */
  readonly skipEmpty?: boolean;
  /** Told about entries that no archive can hold (sockets, FIFOs, devices). */
  readonly warn?: (message: string) => void;
}

/** What was packed. */
export interface PackResult {
  /** Files, directories and links. */
  readonly entries: number;
  /** Size of the archive in bytes; 0 when none was written. */
  readonly bytes: number;
}

// Two empty blocks; readers expect a multiple of 20 blocks and do with less.
const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK);
const READ_BYTES = 256 * 1024;

/**
 * Packs the content of `dir` (at the archive's root, contract C53) into the gzipped tar file `file`: streaming, sorted
 * by name, owners normalised, links kept as links. Written beside its name, synced to disk, renamed. A directory that
 * does not exist counts as empty.
 *
 * @throws OptmlError PACKAGING_FAILED (unreadable or changing files, a full disk) or PACKAGING_GIVEN_UP (aborted).
 */
export async function packDirectory(dir: string, file: string, options: PackOptions = {}): Promise<PackResult> {
  const partial = `${file}${PARTIAL_MARK}${process.pid}`;
  const walk: Walk = {
    ...options,
    exclude: new Set([...(options.exclude ?? []), file, partial].map(rawName)),
    links: new Map(),
    entries: 0,
  };
  try {
    if (options.skipEmpty && list(rawName(dir), walk).length === 0) return { entries: 0, bytes: 0 };
    mkdirSync(dirname(file), { recursive: true });
    // `flush` syncs before closing: after the rename the whole content is on disk.
    const target = createWriteStream(partial, { flush: true, mode: 0o644 });
    await streams.pipeline(
      Readable.from(archiveBlocks(rawName(dir), walk), { objectMode: false }),
      createGzip(),
      target,
      {
        ...(options.signal && { signal: options.signal }),
      },
    );
    await promises.rename(partial, file);
    return { entries: walk.entries, bytes: target.bytesWritten };
  } catch (error) {
    // A file system that broke cannot be tidied up; its first error is the one to tell.
    await promises.rm(partial, { force: true }).catch(() => undefined);
    throw packError(error, dir, file);
  }
}

function packError(error: unknown, dir: string, file: string): unknown {
  if ((error as Error).name === 'AbortError') {
    return new OptmlError('PACKAGING_GIVEN_UP', `packing ${dir} was given up: the time to stop was over`, {
      where: file,
      fix: `The files in ${dir} are untouched. Allow more time with OPTML_STOP_GRACE_SECONDS, or save less.`,
      cause: error,
    });
  }
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new OptmlError('PACKAGING_FAILED', `packing ${dir} failed: ${(error as Error).message}`, {
    where: (error as NodeJS.ErrnoException).path ?? file,
    fix: isFull
      ? 'The disk is full: save less, or ask for a larger volume (VolumeSizeInGB).'
      : 'Make the file readable, or leave it out of the folder.',
    cause: error,
  });
}

interface Walk extends Omit<PackOptions, 'exclude'> {
  readonly exclude: ReadonlySet<string>;
  /** Device and inode of files with several names → the name that is packed already. */
  readonly links: Map<string, string>;
  entries: number;
}

async function* archiveBlocks(dir: RawName, walk: Walk): AsyncGenerator<Buffer> {
  yield* packFolder(dir, '', walk);
  yield END_OF_ARCHIVE;
}

async function* packFolder(dir: RawName, prefix: RawName, walk: Walk): AsyncGenerator<Buffer> {
  for (const name of list(dir, walk)) {
    const source = join(dir, name);
    const path = prefix + name;
    const stats = await promises.lstat(bytesOf(source));
    if (stats.isDirectory()) {
      yield* header({ path: `${path}/`, type: 'Directory', size: 0 }, stats, walk);
      yield* packFolder(source, `${path}/`, walk);
    } else if (stats.isSymbolicLink()) {
      yield* header(
        { path, type: 'SymbolicLink', linkpath: await promises.readlink(bytesOf(source), 'latin1'), size: 0 },
        stats,
        walk,
      );
    } else if (stats.isFile()) {
      yield* packFile(source, path, walk);
    } else {
      walk.warn?.(`${readable(source)} is a socket, FIFO or device: not packed`);
    }
  }
}

function list(dir: RawName, walk: Walk): readonly RawName[] {
  try {
    return readdirSync(bytesOf(dir), 'latin1')
      .filter((name) => !walk.exclude.has(join(dir, name)))
      .sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function* packFile(source: RawName, path: RawName, walk: Walk): AsyncGenerator<Buffer> {
  const handle = await promises.open(bytesOf(source), 'r');
  try {
    // Of the open file, so that size and content belong together.
    const stats = await handle.stat();
    const first = stats.nlink > 1 ? firstName(stats, path, walk) : path;
    if (first !== path) {
      yield* header({ path, type: 'Link', linkpath: first, size: 0 }, stats, walk);
      return;
    }
    yield* header({ path, type: 'File', size: stats.size }, stats, walk);
    let read = 0;
    while (read < stats.size) {
      const length = Math.min(READ_BYTES, stats.size - read);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length);
      if (bytesRead === 0) throw changed(readable(source), stats.size, read);
      read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    const after = await handle.stat();
    if (after.size !== stats.size) throw changed(readable(source), stats.size, after.size);
    const rest = stats.size % BLOCK;
    if (rest > 0) yield Buffer.alloc(BLOCK - rest);
  } finally {
    await handle.close();
  }
}

function changed(source: string, before: number, after: number): OptmlError {
  return new OptmlError(
    'PACKAGING_FAILED',
    `${source} changed while it was being packed: ${before} bytes, then ${after}`,
    {
      where: source,
      fix: 'Finish writing the model before the training program ends; write elsewhere and rename.',
    },
  );
}

function firstName(stats: Stats, path: RawName, walk: Walk): RawName {
  const key = `${stats.dev}:${stats.ino}`;
  const known = walk.links.get(key);
  if (known === undefined) walk.links.set(key, path);
  return known ?? path;
}

function header(entry: ArchiveEntry, stats: Stats, walk: Walk): Generator<Buffer> {
  walk.entries++;
  return entryHeader(entry, stats);
}
