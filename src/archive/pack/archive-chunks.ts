import type { Stats } from 'node:fs';
import { closeSync, fstatSync, read, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { type RawName, shownName, shownText } from '../../job-tree/raw-name.ts';
import { type TreeEntry, walkTree } from '../../job-tree/walk-tree.ts';
import type { ChunkPool } from '../chunk-pool.ts';
import { BLOCK } from '../header-block.ts';
import { changedEntry, entryError, GONE } from './changed-entry.ts';
import { Chunks } from './chunks.ts';
import type { IsLeftOut } from './excluded.ts';
import { SkippedEntries } from './skipped-entries.ts';
import { type ArchiveEntry, entryHeader } from './tar-entry.ts';

/** What is packed, and how. */
export interface Walk {
  /** The folder whose content is packed, without it; undefined if it is missing. */
  readonly folder: JobFolder | undefined;
  readonly isLeftOut: IsLeftOut;
  /** Later times are set back to this one, in seconds since 1970. */
  readonly latestSeconds: number | undefined;
  /** Where chunks come from, and go back to once they are compressed. */
  readonly pool: ChunkPool;
  readonly warn: (message: string) => void;
  readonly onLink?: ((path: string) => void) | undefined;
  /** Receives the number of bytes of content that were read. */
  readonly onBytes: (bytes: number) => void;
  /** Counts files, folders and links. */
  entries: number;
}

// Smaller files are read synchronously: waiting for the thread pool would take longer than the reading.
const SMALL_BYTES = 256 * 1024;
// Entries without content between two turns of the event loop: some 10 ms.
const ENTRIES_OF_A_TURN = 1000;
const PADDING = Buffer.alloc(BLOCK);
// Readers expect a multiple of 20 blocks, and accept less.
const END = Buffer.alloc(2 * BLOCK);

/**
 * The bytes of a tar archive of a folder's content (contract C53), not compressed, in chunks of 1 MiB: entries sorted by
 * the bytes of their names, links kept as links, of a file with several names the later ones as hard links.
 *
 * @throws OptmlError PACKAGING_FAILED when an entry changes or vanishes while it is read; system errors.
 */
export async function* archiveChunks(walk: Walk): AsyncGenerator<Buffer> {
  const out = new Chunks(walk.pool);
  const links = new Map<string, RawName>();
  const skipped = new SkippedEntries(walk.warn);
  let sinceTurn = 0;
  for (const entry of entriesOf(walk)) {
    if (isPackable(entry)) {
      const large = addEntry(entry, links, walk, out);
      if (large !== undefined) yield* contentOf(large, walk, out);
    } else {
      skipped.add(() => shownPath(entry));
    }
    const full = out.takeFull();
    if (full !== undefined) yield* full;
    if (full !== undefined) sinceTurn = 0;
    else if (++sinceTurn % ENTRIES_OF_A_TURN === 0) await setImmediate();
  }
  skipped.finish();
  out.add(END);
  yield* out.takeFull() ?? [];
  yield out.rest();
}

function* entriesOf({ folder, isLeftOut }: Walk): Generator<TreeEntry> {
  if (folder === undefined) return;
  const shown = (path: RawName) => shownName(`${folder.path}/${path}`);
  const onGone = (path: RawName) => {
    throw changedEntry(shown(path), GONE);
  };
  const onError = (path: RawName, error: unknown) => {
    throw entryError(error, shown(path));
  };
  try {
    yield* walkTree(folder, { isLeftOut, onGone, onError });
  } catch (error) {
    // Of a folder that was moved while the walk was below it.
    throw entryError(error, shownText(String((error as NodeJS.ErrnoException).path)));
  }
}

/** A file that is open and was announced by its header. */
interface OpenFile {
  readonly shown: () => string;
  readonly descriptor: number;
  readonly stats: Stats;
}

function isPackable({ stats }: TreeEntry): boolean {
  return stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
}

/** Adds an entry; of a large file only the header. It is returned open, for {@link contentOf}. */
function addEntry(entry: TreeEntry, links: Map<string, RawName>, walk: Walk, out: Chunks): OpenFile | undefined {
  walk.entries++;
  const { path, stats } = entry;
  if (stats.isFile()) return addFile(entry, links, walk, out);
  if (stats.isDirectory()) {
    addHeader({ path: `${path}/`, type: 'Directory', size: 0 }, stats, walk, out);
  } else {
    const linkpath = onEntry(entry, () => entry.folder.readLink(entry.name));
    walk.onLink?.(shownName(path));
    addHeader({ path, type: 'SymbolicLink', linkpath, size: 0 }, stats, walk, out);
  }
  return undefined;
}

function addHeader(entry: ArchiveEntry, stats: Stats, walk: Walk, out: Chunks): void {
  const seconds = Math.min(Math.floor(stats.mtimeMs / 1000), walk.latestSeconds ?? Infinity);
  for (const part of entryHeader(entry, stats, seconds)) out.add(part);
}

function addFile(entry: TreeEntry, links: Map<string, RawName>, walk: Walk, out: Chunks): OpenFile | undefined {
  // Stats of the open file, so that size and content belong together.
  const { descriptor, stats } = onEntry(entry, () => entry.folder.openSettledFile(entry.name));
  let isKept = false;
  try {
    const { path } = entry;
    const first = stats.nlink > 1 ? firstName(stats, path, links) : path;
    if (first !== path) {
      addHeader({ path, type: 'Link', linkpath: first, size: 0 }, stats, walk, out);
      return undefined;
    }
    addHeader({ path, type: 'File', size: stats.size }, stats, walk, out);
    const file = { shown: () => shownPath(entry), descriptor, stats };
    if (stats.size > SMALL_BYTES) {
      isKept = true;
      return file;
    }
    addContent(file, walk, out);
    return undefined;
  } finally {
    if (!isKept) closeSync(descriptor);
  }
}

function addContent(file: OpenFile, walk: Walk, out: Chunks): void {
  const { size } = file.stats;
  for (let done = 0; done < size; ) {
    const space = out.space();
    const count = readSync(file.descriptor, space, 0, Math.min(space.length, size - done), null);
    if (count === 0) throw changedEntry(file.shown(), `${size} bytes, then ${done}`);
    done += count;
    walk.onBytes(count);
    out.filled(count);
  }
  endContent(file, out);
}

async function* contentOf(file: OpenFile, walk: Walk, out: Chunks): AsyncGenerator<Buffer> {
  const { size } = file.stats;
  try {
    for (let done = 0; done < size; ) {
      const space = out.space();
      const count = await readLater(file.descriptor, space, Math.min(space.length, size - done));
      if (count === 0) throw changedEntry(file.shown(), `${size} bytes, then ${done}`);
      done += count;
      walk.onBytes(count);
      out.filled(count);
      yield* out.takeFull() ?? [];
    }
    endContent(file, out);
  } finally {
    closeSync(file.descriptor);
  }
}

/** Checks that the file is still the one that its header announced. */
function endContent({ shown, descriptor, stats }: OpenFile, out: Chunks): void {
  const after = fstatSync(descriptor);
  if (after.size !== stats.size) throw changedEntry(shown(), `${stats.size} bytes, then ${after.size}`);
  if (after.mtimeMs !== stats.mtimeMs) throw changedEntry(shown(), 'it was written to meanwhile');
  out.add(PADDING.subarray(0, (BLOCK - (stats.size % BLOCK)) % BLOCK));
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

function onEntry<Result>(entry: TreeEntry, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw entryError(error, shownPath(entry));
  }
}

function shownPath({ folder, name }: TreeEntry): string {
  return shownName(`${folder.path}/${name}`);
}
