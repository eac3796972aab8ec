import { mkdirSync, promises } from 'node:fs';
import { dirname } from 'node:path';
import { monotonicMs } from '../../concurrency/clock.ts';
import { compressionProblem } from '../../contract/compression.ts';
import { isDiskFull, OptmlError, systemErrorCode } from '../../errors/error.ts';
import { makeWhole } from '../../files/make-whole.ts';
import { rawName, shownText } from '../../job-tree/raw-name.ts';
import { type OnProgress, progressLines } from '../../log/transfer-progress.ts';
import { type Compression, chooseCompression, NODE_COMPRESSION } from '../choose-compression.ts';
import { ChunkPool } from '../chunk-pool.ts';
import { FilterError } from '../filter-program.ts';
import { archiveChunks, contentBytes, isNothingToPack, type Walk } from './archive-chunks.ts';
import { compressInto } from './compress.ts';
import { EarlySync } from './early-sync.ts';

// Packing that is over by then is not worth another walk to learn how much there is.
const QUIET_MS = 500;

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
export type PackSettings = PackOptions & { readonly variables: Readonly<NodeJS.ProcessEnv> };

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
 * `SOURCE_DATE_EPOCH`. The file is there whole or not at all, also after a power cut. A directory that does not exist counts as empty.
 *
 * @throws OptmlError PACKAGING_FAILED (unreadable or changing files, a full disk), PACKAGING_GIVEN_UP (aborted) or
 * SETTING_INVALID.
 */
export async function packDirectory(dir: string, file: string, options: PackSettings): Promise<PackResult> {
  const exclude = [...(options.exclude ?? []), file];
  const compression = readCompression(options);
  try {
    if (options.skipEmpty && isNothingToPack(dir, new Set(exclude.map(rawName)))) return { entries: 0, bytes: 0 };
    mkdirSync(dirname(file), { recursive: true });
    const make = (partial: string) => {
      const packing = { dir, partial, exclude: new Set([...exclude, partial].map(rawName)), options };
      return packWith(compression, packing);
    };
    return await makeWhole(file, make, { signal: options.signal, isNameDurable: true });
  } catch (error) {
    throw packError(error, dir, file);
  }
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

interface Packing {
  readonly dir: string;
  readonly partial: string;
  readonly exclude: ReadonlySet<string>;
  readonly options: PackSettings;
}

// A compressor that fails is no reason to lose a model: Node can do it too.
async function packWith(compression: Compression, packing: Packing): Promise<PackResult> {
  try {
    return await packOnce(compression, packing);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    await promises.rm(packing.partial);
    packing.options.warn?.(`${error.message}. Packing again without it`);
    return packOnce(NODE_COMPRESSION, packing);
  }
}

async function packOnce(compression: Compression, { dir, partial, exclude, options }: Packing): Promise<PackResult> {
  const walk = planWalk(dir, exclude, options);
  const target = await promises.open(partial, 'wx+', 0o644);
  try {
    options.signal?.throwIfAborted();
    const sync = new EarlySync(target);
    const chunks = sync.alongside(archiveChunks(walk));
    const threads = Number(options.variables['UV_THREADPOOL_SIZE']) || undefined;
    await compressInto({ target, chunks, pool: walk.pool, threads, signal: options.signal }, compression);
    await sync.finish();
    return { entries: walk.entries, bytes: (await target.stat()).size };
  } finally {
    await target.close();
  }
}

function planWalk(dir: string, exclude: ReadonlySet<string>, options: PackSettings): Walk {
  const { warn = () => undefined, onProgress, variables } = options;
  const epoch = variables['SOURCE_DATE_EPOCH'] ?? '';
  const walk: Walk = {
    dir,
    exclude,
    latestSeconds: /^\d+$/.test(epoch) ? Number(epoch) : undefined,
    pool: new ChunkPool(),
    warn,
    onBytes: () => undefined,
    entries: 0,
  };
  if (onProgress === undefined) return walk;
  const start = monotonicMs();
  let total: number | undefined;
  let done = 0;
  return {
    ...walk,
    onBytes: (bytes) => {
      done += bytes;
      if (total === undefined && monotonicMs() - start > QUIET_MS) total = contentBytes(walk);
      onProgress(done, total === undefined ? undefined : Math.max(done, total));
    },
  };
}

function packError(error: unknown, dir: string, file: string): unknown {
  if ((error as Error).name === 'AbortError') {
    return new OptmlError('PACKAGING_GIVEN_UP', `packing ${dir} was given up: the time to stop was over`, {
      where: file,
      fix: `The files in ${dir} are untouched. Allow more time with OPTML_STOP_GRACE_SECONDS, or save less.`,
      cause: error,
    });
  }
  if (systemErrorCode(error) === undefined) return error;
  return new OptmlError('PACKAGING_FAILED', `packing ${dir} failed: ${shownText((error as Error).message)}`, {
    where: shownText(String((error as NodeJS.ErrnoException).path ?? file)),
    fix: isDiskFull(error)
      ? 'The disk is full: save less, or ask for a larger volume (VolumeSizeInGB).'
      : 'Make the file readable, or leave it out of the folder.',
    cause: error,
  });
}
