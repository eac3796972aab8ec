import type { Stats } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { bytesOf, type RawName, rawName, shownName } from '../../job-tree/raw-name.ts';
import { CHUNK_BYTES, type ChunkPool } from '../chunk-pool.ts';
import { BLOCK } from '../header-block.ts';
import { type ArchiveEntry, entryHeader } from './tar-entry.ts';

/** What is walked, and what is told of it. */
export interface Walk {
  /** The folder whose content is packed, without it. */
  readonly dir: string;
  /** Absolute raw paths that are left out. */
  readonly exclude: ReadonlySet<RawName>;
  /** Later times are set back to this one, in seconds since 1970. */
  readonly latestSeconds: number | undefined;
  /** Where chunks come from, and go back to once they are compressed. */
  readonly pool: ChunkPool;
  readonly warn: (message: string) => void;
  /** Told of content as it is read, in bytes. */
  readonly onBytes: (bytes: number) => void;
  /** Counts files, folders and links. */
  entries: number;
}

// Smaller files are read at once: waiting for the thread pool would take longer than the reading.
const SMALL_BYTES = 256 * 1024;
// Never waits for a writer should the file have become a FIFO, and follows no link should it have become one.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a tar archive of a folder's content (contract C53), not compressed, in chunks of 1 MiB: entries sorted by
 * the bytes of their names, links kept as links, of a file with several names the later ones as hard links.
 *
 * @throws OptmlError PACKAGING_FAILED when a file changes or vanishes while it is read; system errors.
 */
export async function* archiveChunks(walk: Walk): AsyncGenerator<Buffer> {
  const out = new Chunks(walk.pool);
  const links = new Map<string, RawName>();
  for (const found of walkFolder(rawName(walk.dir), '', walk)) {
    walk.entries++;
    if (found.stats.isFile()) yield* packFile(found, links, walk, out);
    else yield* out.add(headerOf(found, walk));
  }
  // Two empty blocks; readers expect a multiple of 20 blocks and do with less.
  yield* out.add([Buffer.alloc(2 * BLOCK)]);
  yield out.rest();
}

/** Whether there is nothing in `dir` to pack, or no such folder. */
export function isNothingToPack(dir: string, exclude: ReadonlySet<RawName>): boolean {
  return list(rawName(dir), exclude).length === 0;
}

/** Size of all that will be read, in bytes; an estimate, since files with several names count as often. */
export function contentBytes(walk: Walk): number {
  let total = 0;
  for (const { stats } of walkFolder(rawName(walk.dir), '', { ...walk, warn: () => undefined })) {
    if (stats.isFile()) total += stats.size;
  }
  return total;
}

interface Found {
  readonly source: RawName;
  /** Below the folder that is packed. */
  readonly path: RawName;
  readonly stats: Stats;
}

function* walkFolder(dir: RawName, prefix: RawName, walk: Walk): Generator<Found> {
  for (const name of list(dir, walk.exclude)) {
    const source = join(dir, name);
    const path = prefix + name;
    const stats = whileThere(source, () => lstatSync(bytesOf(source)));
    if (stats.isDirectory()) {
      yield { source, path: `${path}/`, stats };
      yield* walkFolder(source, `${path}/`, walk);
    } else if (stats.isFile() || stats.isSymbolicLink()) {
      yield { source, path, stats };
    } else {
      walk.warn(`${shownName(source)} is a socket, FIFO or device: not packed`);
    }
  }
}

function list(dir: RawName, exclude: ReadonlySet<RawName>): readonly RawName[] {
  try {
    return readdirSync(bytesOf(dir), 'latin1')
      .filter((name) => exclude.size === 0 || !exclude.has(join(dir, name)))
      .sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function headerOf({ source, path, stats }: Found, walk: Walk): Iterable<Buffer> {
  if (stats.isDirectory()) return header({ path, type: 'Directory', size: 0 }, stats, walk);
  const linkpath = whileThere(source, () => readlinkSync(bytesOf(source), 'latin1'));
  return header({ path, type: 'SymbolicLink', linkpath, size: 0 }, stats, walk);
}

function header(entry: ArchiveEntry, stats: Stats, walk: Walk): Iterable<Buffer> {
  return entryHeader(entry, stats, Math.min(Math.floor(stats.mtimeMs / 1000), walk.latestSeconds ?? Infinity));
}

async function* packFile(
  { source, path }: Found,
  links: Map<string, RawName>,
  walk: Walk,
  out: Chunks,
): AsyncGenerator<Buffer> {
  const descriptor = whileThere(source, () => openSync(bytesOf(source), OPEN_FLAGS));
  try {
    // Of the open file, so that size and content belong together.
    const stats = fstatSync(descriptor);
    const first = stats.nlink > 1 ? firstName(stats, path, links) : path;
    if (first !== path) {
      yield* out.add(header({ path, type: 'Link', linkpath: first, size: 0 }, stats, walk));
      return;
    }
    yield* out.add(header({ path, type: 'File', size: stats.size }, stats, walk));
    for (let read = 0; read < stats.size; ) {
      const space = out.space();
      const length = Math.min(space.length, stats.size - read);
      const count =
        stats.size <= SMALL_BYTES
          ? readSync(descriptor, space, 0, length, null)
          : await readLater(descriptor, space, length);
      if (count === 0) throw changed(source, `${stats.size} bytes, then ${read}`);
      read += count;
      walk.onBytes(count);
      yield* out.filled(count);
    }
    const after = fstatSync(descriptor);
    if (after.size !== stats.size) throw changed(source, `${stats.size} bytes, then ${after.size}`);
    if (after.mtimeMs !== stats.mtimeMs) throw changed(source, 'it was written to meanwhile');
    yield* out.add([Buffer.alloc((BLOCK - (stats.size % BLOCK)) % BLOCK)]);
  } finally {
    closeSync(descriptor);
  }
}

function readLater(descriptor: number, space: Buffer, length: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, space, 0, length, null, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

function firstName(stats: Stats, path: RawName, links: Map<string, RawName>): RawName {
  const key = `${stats.dev}:${stats.ino}`;
  const known = links.get(key);
  if (known === undefined) links.set(key, path);
  return known ?? path;
}

function whileThere<Result>(source: RawName, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') throw changed(source, 'it was listed, then gone', error);
    if (code === 'ELOOP') throw changed(source, 'it was a file, then a link', error);
    throw error;
  }
}

function changed(source: RawName, how: string, cause?: unknown): OptmlError {
  return new OptmlError('PACKAGING_FAILED', `${shownName(source)} changed while it was being packed: ${how}`, {
    where: shownName(source),
    fix: 'Finish writing the model before the training program ends; write elsewhere and rename.',
    cause,
  });
}

/** Gathers bytes into chunks of one size. */
class Chunks {
  readonly #pool: ChunkPool;
  #chunk: Buffer;
  #length = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
    this.#chunk = pool.take();
  }

  /** Adds bytes; gives the chunks that became full. */
  *add(parts: Iterable<Buffer>): Generator<Buffer> {
    for (const part of parts) {
      for (let start = 0; start < part.length; ) {
        const count = part.copy(this.#chunk, this.#length, start);
        start += count;
        yield* this.filled(count);
      }
    }
  }

  /** Where the next bytes may be written to: never empty. */
  space(): Buffer {
    return this.#chunk.subarray(this.#length);
  }

  /** Says that `count` bytes were written into {@link space}. */
  *filled(count: number): Generator<Buffer> {
    this.#length += count;
    if (this.#length < CHUNK_BYTES) return;
    yield this.#chunk;
    this.#chunk = this.#pool.take();
    this.#length = 0;
  }

  /** The last chunk, which may be shorter. */
  rest(): Buffer {
    return this.#chunk.subarray(0, this.#length);
  }
}
